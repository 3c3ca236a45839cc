// The page's network: a lesson's program runs, and what it tells is drawn.
import * as api from "./api";
import { h, message, one } from "./dom";
import { Living } from "./network";

export class LiveNetwork {
  private running = false;
  private readonly button: HTMLButtonElement;
  private readonly out: HTMLElement;

  constructor(readonly el: HTMLElement, private readonly busy: (on: boolean) => void) {
    this.button = one<HTMLButtonElement>(el, ".watch");
    this.out = one(el, ".out");
    this.button.addEventListener("click", () => void this.toggle());
    el.tabIndex = -1;
  }

  focus() { this.button.focus(); }

  async toggle() {
    if (this.running) { await api.interrupt(); return; }
    const reference = one<HTMLSelectElement>(this.el, ".whose").value === "reference";
    const picture = new Living(reference ? "The reference's nodes" : "My nodes", true);
    let held = "", ended = "";
    this.set(true, "building");
    this.out.replaceChildren(picture.el);
    try {
      await api.network(reference, (e) => {
        if (e.kind === "text") {
          const lines = (held + e.text).split("\n");
          held = lines.pop()!;
          const others = picture.add(lines.join("\n"));
          if (others.length) this.out.append(h("div", { class: "text" }, h("pre", {}, others.join("\n"))));
          this.set(true, reference ? "live: the reference" : "live: my code");
          picture.go();
        } else if (e.kind === "error") this.problem(e.problem!);
        else if (e.kind === "cut") this.out.append(h("p", { class: "cut" }, e.text!));
        else if (e.kind === "end") ended = e.text!;
      });
    } catch (e) {
      this.problem({ message: message(e) });
    }
    picture.ended();
    this.set(false, ended === "failed" && !reference ? "ended; the reference's nodes can be watched before yours are ready" : "ended");
  }

  private set(on: boolean, note: string) {
    if (on !== this.running) this.busy(on);
    this.running = on;
    this.button.textContent = on ? "Stop" : "Watch it here";
    one(this.el, ".note").textContent = note;
    this.el.dataset.state = note;
  }

  private problem(p: api.Problem) {
    this.out.append(h("p", { class: "problem" }, h("strong", {}, p.file ? `${p.file}:${p.line}: ` : ""), p.message));
  }
}

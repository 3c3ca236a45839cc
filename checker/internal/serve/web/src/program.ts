// The page's program: a lesson's own, run here, and what it tells drawn. A
// network lives while it runs; a crawl is a timeline when it has ended.
import * as api from "./api";
import { h, message, one } from "./dom";
import { Living } from "./network";
import { drawFrame } from "./show";

export class Program {
  private running = false;
  private readonly button: HTMLButtonElement;
  private readonly out: HTMLElement;
  private readonly network: boolean;
  private text: Text | null = null;

  constructor(readonly el: HTMLElement, private readonly busy: (on: boolean) => void) {
    this.button = one<HTMLButtonElement>(el, ".watch");
    this.out = one(el, ".out");
    this.network = el.dataset.draws === "network";
    this.button.addEventListener("click", () => void this.toggle());
    el.tabIndex = -1;
  }

  focus() { this.button.focus(); }

  async toggle() {
    if (this.button.disabled) return;
    if (this.running) { await api.interrupt(); return; }
    const reference = one<HTMLSelectElement>(this.el, ".whose").value === "reference";
    const picture = new Living(reference ? "The reference's nodes" : "My nodes", true);
    let held = "", ended = "";
    this.set(true, "building");
    this.text = null;
    this.out.replaceChildren();
    if (this.network) this.out.append(picture.el);
    try {
      await api.program(reference, (e) => {
        if (e.kind === "text") {
          this.set(true, reference ? "runs: the reference" : "runs: my code");
          if (!this.network) { this.print(e.text!); return; }
          const lines = (held + e.text).split("\n");
          held = lines.pop()!;
          const others = picture.add(lines.join("\n"));
          if (others.length) this.print(others.join("\n") + "\n");
          picture.go();
        } else if (e.kind === "show") this.out.prepend(drawFrame(e.show!));
        else if (e.kind === "error") this.problem(e.problem!);
        else if (e.kind === "cut") this.out.append(h("p", { class: "cut" }, e.text!));
        else if (e.kind === "end") ended = e.text!;
      });
    } catch (e) {
      this.problem({ message: message(e) });
    }
    if (held) this.print(held);
    picture.ended();
    this.set(false, ended === "failed" && !reference ? "ended; until your code is ready, the reference's can be run" : "ended");
  }

  private set(on: boolean, note: string) {
    if (on !== this.running) this.busy(on);
    this.running = on;
    this.button.textContent = on ? "Stop" : "Run it here";
    one(this.el, ".note").textContent = note;
    this.el.dataset.state = note;
  }

  private print(s: string) {
    if (!this.text) {
      this.text = document.createTextNode("");
      const pre = h("pre");
      pre.append(this.text);
      this.out.append(h("div", { class: "text", tabindex: "0", role: "group", "aria-label": "What the program printed" }, pre));
    }
    this.text.appendData(s);
  }

  private problem(p: api.Problem) {
    this.out.append(h("p", { class: "problem" }, h("strong", {}, p.file ? `${p.file}:${p.line}: ` : ""), p.message));
  }
}

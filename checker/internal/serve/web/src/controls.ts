// Sliders and buttons of a cell: whoever moves one has the cell run again.
import type { Frame } from "./api";
import { h, one } from "./dom";

export class Controls {
  readonly el = h("div", { class: "controls" });
  private readonly all = new Map<string, HTMLElement>(); // by kind and label
  private shown = new Set<string>(); // by the run that is on

  constructor(private readonly set: (label: string, value: number) => void) {}

  get labels() { return [...this.all.keys()].map((id) => id.slice(id.indexOf(" ") + 1)); }

  clear() {
    this.el.replaceChildren();
    this.all.clear();
    this.shown.clear();
  }

  // show adds a control, or sets the one that is there.
  show(f: Frame) {
    const id = `${f.type} ${f.title}`, old = this.all.get(id);
    this.shown.add(id);
    if (old) { if (f.type === "slider") update(old, f); else old.dataset.at = String(f.at ?? 0); return; }
    const made = f.type === "slider" ? this.slider(f) : this.button(f);
    this.all.set(id, made);
    this.el.append(made);
  }

  // done takes away what the run that has ended did not show.
  done() {
    for (const [id, el] of this.all) if (!this.shown.has(id)) { el.remove(); this.all.delete(id); }
    this.shown.clear();
  }

  private slider(f: Frame) {
    const input = h("input", { type: "range", step: "1", "aria-label": f.title ?? "" }) as HTMLInputElement;
    const el = h("label", { class: "slider" }, h("span", {}, f.title ?? ""), input, h("output", {}));
    input.addEventListener("input", () => {
      one(el, "output").textContent = input.value;
      this.set(f.title ?? "", Number(input.value));
    });
    update(el, f);
    return el;
  }

  private button(f: Frame) {
    const el = h("button", { class: "press", click: () => {
      el.dataset.at = String(Number(el.dataset.at) + 1);
      this.set(f.title ?? "", Number(el.dataset.at));
    } }, f.title ?? "");
    el.dataset.at = String(f.at ?? 0);
    return el;
  }
}

// update sets a slider, but for its value while it is in hand.
function update(el: HTMLElement, f: Frame) {
  const input = one<HTMLInputElement>(el, "input");
  input.min = String(f.least ?? 0);
  input.max = String(f.most ?? 0);
  if (document.activeElement === input && input.value !== "") return;
  input.value = String(f.at ?? 0);
  one(el, "output").textContent = String(f.at ?? 0);
}

// What every figure that can be touched has: a drawing instead of the still
// picture, a row of controls, a line that says what is there and what has changed.
import { h, svg } from "../dom";
import { resolve, saver } from "./save";

export const width = 420; // of every figure in its own units, as of the still pictures

export class Figure {
  readonly pic: SVGSVGElement;
  readonly controls = h("div", { class: "bar" });
  readonly told = h("p", { class: "told", role: "status" });
  readonly below = h("div"); // more than the drawing has room for
  private readonly ground: SVGElement;

  constructor(readonly el: HTMLElement, readonly name: string, readonly label: string) {
    this.ground = svg("rect", { width, height: 10, rx: 6, class: "page" });
    this.pic = svg("svg", { role: "group", "aria-label": label }) as SVGSVGElement;
    this.pic.append(this.ground);
  }

  // tall sets the height of the drawing.
  tall(height: number) {
    this.pic.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.ground.setAttribute("height", String(height));
  }

  // show puts the figure where the still picture was.
  show() {
    this.el.classList.add("touch");
    this.el.append(this.pic, this.controls, this.told, this.below, saver(this.label, this.name, () => resolve(this.pic)));
  }

  // say is heard by those who do not see the drawing.
  say(text: string) { if (this.told.textContent !== text) this.told.textContent = text; }

  button(text: string, act: () => void) {
    const b = h("button", { type: "button", click: act }, text) as HTMLButtonElement;
    this.controls.append(b);
    return b;
  }

  // slider is a range with its value in words. The steps of the range are those of at.
  slider(label: string, least: number, most: number, at: number, words: (at: number) => string, act: (at: number) => void) {
    const input = h("input", { type: "range", min: String(least), max: String(most), step: "1", value: String(at), "aria-label": label }) as HTMLInputElement;
    const out = h("output", {}, words(at));
    const set = (to: number) => {
      input.value = String(to);
      out.textContent = words(Number(input.value));
      input.setAttribute("aria-valuetext", words(Number(input.value)));
    };
    set(at);
    input.addEventListener("input", () => { set(Number(input.value)); act(Number(input.value)); });
    this.controls.append(h("label", { class: "slider" }, h("span", {}, label), input, out));
    return { input, set };
  }
}

export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// box is a rectangle with a text in its middle.
export function box(x: number, y: number, w: number, tall: number, kind: string, textKind: string, text: string) {
  return [svg("rect", { x, y, width: w, height: tall, rx: 2, class: kind }), svg("text", { x: x + w / 2, y: y + tall / 2 + 4.8, class: "mid " + textKind }, text)];
}

export const text = (x: number, y: number, kind: string, words: string) => svg("text", { x, y, class: kind }, words);

// fit makes a text no wider than there is room for: it is measured, and set closer
// if it is too long.
export function fit(e: SVGElement, room: number) {
  const t = e as SVGTextElement;
  t.removeAttribute("textLength");
  t.removeAttribute("lengthAdjust");
  if (t.isConnected && t.getComputedTextLength() > room) {
    t.setAttribute("textLength", String(room));
    t.setAttribute("lengthAdjust", "spacingAndGlyphs");
  }
}

// path is the d of a path, by points.
export const path = (points: [number, number][]) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

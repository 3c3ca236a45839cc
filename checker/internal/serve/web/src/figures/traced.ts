// A figure that is its still picture, and can be touched: the shapes were drawn from the lesson's
// data, and what a figure says of them is read off them.
import { svg } from "../dom";
import { roving } from "./roving";
import { type Figure } from "./touch";

export const num = (e: Element, name: string) => Number(e.getAttribute(name));

export class Traced {
  constructor(private readonly shapes: SVGElement[]) {}

  // all are the shapes of a tag that have every one of the classes.
  all(tag: string, ...kinds: string[]): SVGElement[] { return this.shapes.filter((s) => s.tagName === tag && kinds.every((k) => s.classList.contains(k))); }

  // between are the shapes that start from one height of the drawing up to another.
  between(from: number, to: number): SVGElement[] { return this.shapes.filter((s) => top(s) >= from && top(s) < to); }

  // words is the text that is written at a place.
  words(x: number, y: number) { return this.all("text").find((t) => num(t, "x") === x && Math.abs(num(t, "y") - y) < 1); }
}

// top is where a shape starts: a text at its capitals.
const top = (s: SVGElement) => (s.tagName === "text" ? num(s, "y") - 11 : s.tagName === "circle" ? num(s, "cy") - num(s, "r") : s.tagName === "path" ? points(s)[0][1] : num(s, "y"));

// points are those of a path that has absolute lines alone.
export const points = (p: Element) => [...(p.getAttribute("d") ?? "").matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])] as [number, number]);

// trace draws a figure's still picture.
export async function trace(f: Figure): Promise<Traced> {
  const answer = await fetch(f.el.querySelector("img")!.src), still = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
  const shapes = [...still.children].filter((c) => !["title", "desc", "style"].includes(c.tagName) && !c.classList.contains("page")).map((c) => document.importNode(c, true) as SVGElement);
  f.tall(Number(still.getAttribute("viewBox")!.split(" ")[3]));
  f.pic.classList.add("traced");
  f.pic.append(...shapes);
  return new Traced(shapes);
}

// choice has parts of a drawing chosen by pointing, by a click or by the arrow keys; row is how
// many lie in a row.
export function choice(parts: SVGElement[], label: (i: number) => string, met: (i: number) => void, row = 1) {
  parts.forEach((p, i) => {
    p.setAttribute("role", "img");
    p.setAttribute("aria-label", label(i));
    p.classList.add("choice");
    p.addEventListener("pointerenter", () => met(i));
  });
  roving(parts, row, met);
}

// cover is a part to be pointed at that lies over others.
export function cover(f: Figure, x: number, y: number, wide: number, tall: number) {
  const r = svg("rect", { x, y, width: wide, height: tall, rx: 3, class: "grip" });
  f.pic.append(r);
  return r;
}

// The last blocks of a network as a tree: time runs to the right, a fork is a
// block beside another, and a number says how many nodes hold a block as their tip.
import { svg } from "./dom";
import type { Event } from "./events";

interface Block { hash: string; parent: string; height: number; row: number }

const columns = 12, across = 46, down = 30, side = 20;
const mostBlocks = 400;

export class Forks {
  readonly el = svg("svg", { viewBox: `0 0 ${columns * across} ${3 * down}`, class: "forks", role: "img", "aria-label": "The last blocks; the table below says who holds which" });
  private blocks = new Map<string, Block>();
  private colours = new Map<string, number>();
  private drawn = "";

  take(e: Event) {
    if (!e.hash || (e.kind !== "block" && e.kind !== "tip") || this.blocks.has(e.hash)) return;
    const height = e.height ?? 0;
    const row = [...this.blocks.values()].filter((b) => b.height === height).length;
    this.blocks.set(e.hash, { hash: e.hash, parent: e.parent ?? "", height, row });
    if (this.blocks.size > mostBlocks) this.blocks.delete(this.blocks.keys().next().value!);
  }

  // colour is a tip's: one of five, so that two that meet differ.
  colour(tip: string): number {
    if (!this.colours.has(tip)) this.colours.set(tip, 1 + (this.colours.size % 5));
    return this.colours.get(tip)!;
  }

  clear() { this.blocks.clear(); this.colours.clear(); }

  // draw draws the newest blocks; tips are how many nodes hold which.
  draw(tips: Map<string, number>) {
    const key = this.blocks.size + JSON.stringify([...tips]);
    if (key === this.drawn) return;
    this.drawn = key;
    const all = [...this.blocks.values()], top = Math.max(0, ...all.map((b) => b.height));
    const near = all.filter((b) => b.height > top - columns);
    const rows = Math.max(1, ...near.map((b) => b.row + 1));
    this.el.setAttribute("viewBox", `0 0 ${columns * across} ${rows * down + 22}`);
    const x = (b: Block) => (b.height - Math.max(1, top - columns + 1)) * across + 4, y = (b: Block) => b.row * down + 4;
    const lines: SVGElement[] = [], squares: SVGElement[] = [];
    for (const b of near) {
      const p = this.blocks.get(b.parent), n = tips.get(b.hash) ?? 0;
      if (p && near.includes(p)) lines.push(svg("line", { x1: x(p) + side, y1: y(p) + side / 2, x2: x(b), y2: y(b) + side / 2, class: "link" }));
      squares.push(svg("g", {}, svg("title", {}, `height ${b.height}, ${b.hash}: the tip of ${n} nodes`),
        svg("rect", { x: x(b), y: y(b), width: side, height: side, rx: 3, class: "node" + (n ? " c" + this.colour(b.hash) : "") }),
        svg("text", { x: x(b) + side / 2, y: y(b) + 15, "text-anchor": "middle" }, n ? String(n) : "")));
      if (b.row === 0) squares.push(svg("text", { x: x(b) + side / 2, y: rows * down + 14, "text-anchor": "middle", class: "quiet" }, String(b.height)));
    }
    this.el.replaceChildren(...lines, ...squares);
  }
}

// The last blocks of a network as a tree: time runs to the right, a branch keeps its lane,
// and a number says how many nodes hold a block as their tip.
import { svg } from "./dom";
import type { Event } from "./events";
import { many } from "./figures/words";

interface Block { hash: string; parent: string; height: number; lane: number }

const columns = 12, across = 46, down = 30, side = 20;
const mostBlocks = 400;

export class Forks {
  readonly el = svg("svg", { viewBox: `0 0 ${columns * across} ${3 * down}`, class: "forks", role: "img", "aria-label": "The last blocks; the table below says who holds which" });
  private blocks = new Map<string, Block>();
  private drawn = "";

  take(e: Event) {
    if (!e.hash || (e.kind !== "block" && e.kind !== "tip") || this.blocks.has(e.hash)) return;
    const height = e.height ?? 0, parent = e.parent ?? "";
    this.blocks.set(e.hash, { hash: e.hash, parent, height, lane: this.lane(parent, height) });
    if (this.blocks.size > mostBlocks) this.blocks.delete(this.blocks.keys().next().value!);
  }

  // lane is the parent's if no other child has it; else one in which nothing ends here.
  private lane(parent: string, height: number): number {
    const near = [...this.blocks.values()].filter((b) => b.height === height || b.height === height - 1);
    const own = this.blocks.get(parent)?.lane ?? 0;
    if (!near.some((b) => b.height === height && b.lane === own)) return own;
    for (let lane = 0; ; lane++) if (!near.some((b) => b.lane === lane)) return lane;
  }

  // colour is that of a branch: nodes of one colour follow the same one.
  colour(tip: string): number { return 1 + ((this.blocks.get(tip)?.lane ?? 0) % 5); }

  clear() { this.blocks.clear(); this.drawn = ""; }

  // believed are the blocks below the nodes' tips.
  private believed(tips: Map<string, number>): Set<string> {
    const all = new Set<string>();
    for (const tip of tips.keys()) for (let b = this.blocks.get(tip); b && !all.has(b.hash); b = this.blocks.get(b.parent)) all.add(b.hash);
    return all;
  }

  // draw draws the newest blocks; tips are how many nodes hold which.
  draw(tips: Map<string, number>) {
    const key = this.blocks.size + JSON.stringify([...tips]);
    if (key === this.drawn) return;
    this.drawn = key;
    const all = [...this.blocks.values()], top = Math.max(0, ...all.map((b) => b.height));
    const near = all.filter((b) => b.height > top - columns);
    const lanes = [...new Set(near.map((b) => b.lane))].sort((a, b) => a - b), rows = Math.max(1, lanes.length), believed = this.believed(tips); // a lane that is empty here takes no room
    this.el.setAttribute("viewBox", `0 0 ${columns * across} ${rows * down + 22}`);
    const x = (b: Block) => (b.height - Math.max(1, top - columns + 1)) * across + 4, y = (b: Block) => lanes.indexOf(b.lane) * down + 4;
    const lines: SVGElement[] = [], squares: SVGElement[] = [];
    for (const b of near) {
      const p = this.blocks.get(b.parent), n = tips.get(b.hash) ?? 0;
      if (p && near.includes(p)) lines.push(svg("line", { x1: x(p) + side, y1: y(p) + side / 2, x2: x(b), y2: y(b) + side / 2, class: "link" }));
      squares.push(svg("g", {}, svg("title", {}, `height ${b.height}, ${b.hash}: the tip of ${many(n, "node")}${believed.has(b.hash) ? "" : "; on no node's chain"}`),
        svg("rect", { x: x(b), y: y(b), width: side, height: side, rx: 3, class: `node c${this.colour(b.hash)}${believed.has(b.hash) ? "" : " lost"}` }),
        svg("text", { x: x(b) + side / 2, y: y(b) + 15, "text-anchor": "middle" }, n ? String(n) : "")));
    }
    for (const b of new Map(near.map((b) => [b.height, b])).values()) squares.push(svg("text", { x: x(b) + side / 2, y: rows * down + 14, "text-anchor": "middle", class: "quiet" }, String(b.height)));
    this.el.replaceChildren(...lines, ...squares);
  }
}

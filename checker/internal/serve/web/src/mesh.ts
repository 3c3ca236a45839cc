// A network as a circle of nodes: links, messages that fly, and parts that can be chosen.
import type { Changes } from "./changes";
import { svg } from "./dom";
import { press, roving } from "./figures/roving";
import { many } from "./figures/words";

export interface Node {
  name: string; x: number; y: number; tip: string; height: number; pool: number; refused: number; wrong: number; // the time when it refused something last
  part: SVGElement; circle: SVGElement; label: SVGElement; under: SVGElement;
}

const size = 560, radius = 205, dot = 27;
const flight = 350; // milliseconds of the reader's time that a message flies
const mostFlying = 120;

export class Mesh {
  readonly el: SVGElement;
  nodes = new Map<string, Node>();
  private readonly parts = svg("g"); // of links
  private readonly lines = svg("g");
  private readonly flying = svg("g");
  private readonly circles = svg("g");
  private readonly names = svg("g", { "aria-hidden": "true" }); // the parts say them
  private readonly pairs = new Map<string, [string, string]>(); // all links that there ever are
  private air: { from: Node; to: Node; born: number; dot: SVGElement }[] = [];

  // choose is told of a node or a link that the reader looks at; act, of one that is pressed.
  constructor(title: string, private readonly changes: Changes, private readonly choose: (node: string, other?: string) => void, private readonly act: (node: string, other?: string) => void) {
    this.el = svg("svg", { viewBox: `0 0 ${size} ${size}`, role: "group", "aria-label": `${title}: a circle of nodes; the table below says what each of them holds`, class: "network" }, this.lines, this.parts, this.flying, this.circles, this.names);
  }

  get still() { return this.air.length === 0; }

  // knows makes sure that nodes and links have their places.
  knows(names: Set<string>, links: [string, string][]) {
    let more = false;
    for (const [a, b] of links) {
      const pair = [a, b].sort(byName) as [string, string], id = pair.join(" ");
      if (!this.pairs.has(id)) { this.pairs.set(id, pair); more = true; }
    }
    if (names.size !== this.nodes.size || more) this.place([...names]);
  }

  private place(names: string[]) {
    names.sort(byName);
    const old = this.nodes;
    this.nodes = new Map(); // in this order, as the table lists them
    names.forEach((name, i) => {
      const angle = (2 * Math.PI * i) / names.length - Math.PI / 2;
      const x = size / 2 + radius * Math.cos(angle), y = size / 2 + radius * Math.sin(angle);
      const circle = svg("circle", { r: dot, cx: x, cy: y, class: "node" }), label = svg("text", { x, y: y + 5, "text-anchor": "middle", class: "height" }, "0"), under = svg("text", { x, y: y + dot + 20, "text-anchor": "middle", class: "quiet" });
      const part = svg("g", { role: "button", class: "node-part" }, circle, label);
      this.nodes.set(name, { ...(old.get(name) ?? { name, tip: "", height: 0, pool: 0, refused: 0, wrong: -Infinity }), x, y, part, circle, label, under });
    });
    const all = [...this.nodes.values()];
    this.circles.replaceChildren(...all.map((n) => n.part));
    this.names.replaceChildren(...all.map((n) => n.under));
    roving(all.map((n) => n.part), 1, (i) => this.choose(all[i].name));
    press(all.map((n) => n.part), (i) => this.act(all[i].name));
    for (const l of this.lines.children as unknown as Iterable<SVGElement>) this.stretch(l, l.dataset.from!, l.dataset.to!);
    if (this.changes.can) this.links();
    this.marks();
  }

  // links are the parts of links that can be cut, a cut one too.
  private links() {
    const pairs = [...this.pairs.values()].filter((p) => p.every((n) => this.nodes.has(n)));
    const parts = pairs.map(([a, b]) => {
      const l = svg("g", { role: "checkbox", class: "link-part", "aria-label": `link of ${a} and ${b}` }, svg("line", { class: "reach" }), svg("line", { class: "dead" }));
      for (const c of l.children as unknown as Iterable<SVGElement>) this.stretch(c, a, b);
      return l;
    });
    this.parts.replaceChildren(...parts);
    roving(parts, 1, (i) => this.choose(...pairs[i]));
    press(parts, (i) => this.act(...pairs[i]));
  }

  // marks shows what the reader has changed.
  marks() {
    for (const n of this.nodes.values()) {
      const given = this.changes.of(n.name);
      n.under.textContent = [n.name, ...given].join(" ");
      n.under.setAttribute("class", given.length ? "changed" : "quiet");
    }
    [...this.pairs.values()].filter((p) => p.every((n) => this.nodes.has(n))).forEach(([a, b], i) => {
      const l = this.parts.children[i];
      l?.setAttribute("aria-checked", String(!this.changes.cut(a, b)));
      l?.classList.toggle("cut", this.changes.cut(a, b));
    });
  }

  private stretch(line: SVGElement, from: string, to: string) {
    const [a, b] = [from, to].map((n) => this.nodes.get(n)!);
    for (const [k, v] of [["x1", a.x], ["y1", a.y], ["x2", b.x], ["y2", b.y]] as const) line.setAttribute(k, String(v));
  }

  // join draws a link, or takes it away.
  join(a: string, b: string, on: boolean) {
    const id = JSON.stringify([a, b].sort()), old = this.lines.querySelector<SVGElement>(`[data-id="${CSS.escape(id)}"]`);
    if (!on) old?.remove();
    else if (!old) {
      const line = svg("line", { class: "link", "data-id": id, "data-from": a, "data-to": b });
      this.lines.append(line);
      this.stretch(line, a, b);
    }
  }

  fly(from: Node, to: Node, command: string) {
    if (this.air.length >= mostFlying || command === "ping" || command === "pong") return;
    const d = svg("circle", { r: command.startsWith("block") ? 6 : 3, class: "message " + command, cx: from.x, cy: from.y });
    this.flying.append(d);
    this.air.push({ from, to, born: performance.now(), dot: d });
  }

  // step moves what flies.
  step(clock: number) {
    this.air = this.air.filter((a) => {
      const k = (clock - a.born) / flight;
      if (k >= 1) { a.dot.remove(); return false; }
      a.dot.setAttribute("cx", String(a.from.x + (a.to.x - a.from.x) * Math.max(0, k)));
      a.dot.setAttribute("cy", String(a.from.y + (a.to.y - a.from.y) * Math.max(0, k)));
      return true;
    });
  }

  // paint colours a node by its branch, and by what has just happened to it.
  paint(n: Node, colour: string, chosen: boolean, refuses: boolean) {
    n.circle.setAttribute("class", ["node", colour, chosen ? "chosen" : "", refuses ? "refuses" : ""].filter(Boolean).join(" "));
    n.label.textContent = String(n.height);
    const name = `${n.height}: ${[n.name, ...this.changes.of(n.name)].join(" ")}${n.refused ? `, has refused ${many(n.refused, "message")}` : ""}`;
    if (n.part.getAttribute("aria-label") !== name) n.part.setAttribute("aria-label", name);
  }

  // peers are those whom a node is linked to.
  peers(name: string) {
    return ([...this.lines.children] as SVGElement[]).map((l) => (l.dataset.from === name ? l.dataset.to! : l.dataset.to === name ? l.dataset.from! : "")).filter(Boolean).sort(byName);
  }

  // clear is before the first event.
  clear() {
    this.lines.replaceChildren();
    for (const n of this.nodes.values()) Object.assign(n, { tip: "", height: 0, pool: 0, refused: 0, wrong: -Infinity });
  }
}

const byName = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });

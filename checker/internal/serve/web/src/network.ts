// The living network: an event stream (docs/events.md) played back, while it
// still comes or afterwards. Nodes form a circle, coloured by their tip, so
// that a fork is seen as two colours; blocks and other messages fly between
// them; below, the last blocks as a tree; a table says the same.
import type { Frame } from "./api";
import { h, svg, table } from "./dom";
import type { Event } from "./events";
import { Forks } from "./forks";
import { saving } from "./figures/save";

interface Node { name: string; x: number; y: number; tip: string; height: number; pool: number; circle: SVGElement; label: SVGElement; under: SVGElement }

const size = 560, radius = 205, dot = 27;
const flight = 350; // milliseconds of the reader's time that a message flies
const mostFlying = 120;
const mostTold = 12; // of what was told last
const behind = 300; // milliseconds that a live picture stays behind, so that the lines of all nodes are there

export class Living {
  readonly el: HTMLElement;
  private events: Event[] = [];
  private nodes = new Map<string, Node>();
  private readonly forks = new Forks();
  private readonly lines = svg("g");
  private readonly flying = svg("g");
  private readonly circles = svg("g");
  private readonly pic: SVGElement;
  private readonly state = h("p", { class: "told", role: "status" });
  private readonly rows = h("div");
  private readonly play = h("button", { class: "play", click: () => this.toggle() }, "Play");
  private readonly rate = h("select", { "aria-label": "Speed" }, ...["0.25", "0.5", "1", "2", "5", "20"].map((s) => h("option", { value: s, selected: s === "1" }, s + "×"))) as HTMLSelectElement;
  private readonly slide = h("input", { type: "range", min: "0", max: "1", value: "0", step: "1", "aria-label": "Time" }) as HTMLInputElement;
  private readonly details: HTMLDetailsElement;
  private first = 0; // ms of the first event
  private at = 0; // events applied
  private now = 0;
  private last = 0;
  private playing = false;
  private visible = true;
  private told: string[] = [];
  private reorgs = 0;
  private spoken = "";
  private begun = false;
  private air: { from: Node; to: Node; born: number; dot: SVGElement }[] = [];

  constructor(private readonly title: string, private live = false) {
    this.pic = svg("svg", { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": `${title}: a circle of nodes; the table below says what each of them holds`, class: "network" }, this.lines, this.flying, this.circles);
    this.slide.oninput = () => this.to(Number(this.slide.value));
    this.details = h("details", { class: "astable", toggle: () => this.fill() }, h("summary", {}, "as a table"), this.rows) as HTMLDetailsElement;
    this.el = saving(h("figure", { class: "net" }, h("figcaption", {}, title), this.pic, h("p", { class: "bar" }, this.play, this.rate, this.slide), this.state, this.forks.el, this.details), title);
    new IntersectionObserver((e) => { this.visible = e.at(-1)!.isIntersecting; }).observe(this.pic);
  }

  private get length() { return Math.max(1, (this.events.at(-1)?.ms ?? 0) - this.first); }

  // add takes lines of events; others are skipped, as docs/events.md asks
  // readers to, and given back.
  add(text: string): string[] {
    const others: string[] = [], met = new Set(this.nodes.keys());
    for (const line of text.split("\n")) {
      let e: Partial<Event> | null = null;
      try { e = JSON.parse(line); } catch { /* cut short, or no event */ }
      if (typeof e?.ms !== "number" || typeof e.node !== "string" || typeof e.kind !== "string") {
        if (line.trim()) others.push(line);
        continue;
      }
      this.events.push(e as Event);
      met.add(e.node);
    }
    // What has been played stays: a line that comes late is played late.
    const ahead = this.events.splice(this.at).sort((a, b) => a.ms - b.ms);
    this.events.push(...ahead);
    this.first ||= this.events[0]?.ms ?? 0;
    if (met.size !== this.nodes.size) this.place([...met]);
    this.slide.max = String(this.length);
    return others;
  }

  // go plays a live picture from its first event on.
  go() {
    if (this.live && !this.begun && this.nodes.size) { this.begun = true; this.toggle(true); }
  }

  // start plays, or shows the end to those who want no motion.
  start() {
    if (!this.live && matchMedia("(prefers-reduced-motion: reduce)").matches) this.to(this.length);
    else { this.to(0); requestAnimationFrame(() => this.toggle(true)); }
  }

  // ended says that no more events come.
  ended() { this.live = false; }

  // place stands the nodes in a circle, and draws what is known of them.
  private place(names: string[]) {
    names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    const old = this.nodes;
    this.nodes = new Map(); // in this order, as the table lists them
    this.circles.replaceChildren();
    names.forEach((name, i) => {
      const angle = (2 * Math.PI * i) / names.length - Math.PI / 2;
      const x = size / 2 + radius * Math.cos(angle), y = size / 2 + radius * Math.sin(angle);
      const n = old.get(name) ?? { name, x, y, tip: "", height: 0, pool: 0, circle: svg("circle", { r: dot, class: "node" }), label: svg("text", { "text-anchor": "middle", class: "height" }, "0"), under: svg("text", { "text-anchor": "middle", class: "quiet" }, name) };
      n.x = x; n.y = y;
      for (const [e, down] of [[n.circle, 0], [n.label, 5], [n.under, dot + 16]] as const) {
        e.setAttribute(e === n.circle ? "cx" : "x", String(x));
        e.setAttribute(e === n.circle ? "cy" : "y", String(y + down));
      }
      this.circles.append(n.circle, n.label, n.under);
      this.nodes.set(name, n);
    });
    for (const l of this.lines.children as unknown as Iterable<SVGElement>) this.stretch(l);
  }

  private stretch(line: SVGElement) {
    const [a, b] = [line.dataset.from, line.dataset.to].map((n) => this.nodes.get(n!)!);
    for (const [k, v] of [["x1", a.x], ["y1", a.y], ["x2", b.x], ["y2", b.y]] as const) line.setAttribute(k, String(v));
  }

  private apply(e: Event, draw: boolean) {
    const n = this.nodes.get(e.node)!;
    this.forks.take(e);
    if (e.kind === "tip") {
      n.tip = e.hash ?? ""; n.height = e.height ?? 0; n.pool = e.count ?? 0;
      if (e.removed) this.reorgs++;
      this.told.push(`${e.node}: height ${n.height}, ${n.tip}${e.removed ? `, ${e.removed} blocks reorganised` : ""}`);
    } else if (e.kind === "seen") n.pool = e.count ?? n.pool + 1;
    else if (e.kind === "found") this.told.push(`${e.node} found block ${e.height ?? 0}, ${e.hash ?? ""}`);
    else if (e.kind === "wrong") this.told.push(`${e.node} refused ${e.hash ?? "something"}: ${e.error ?? ""}`);
    const to = this.nodes.get(e.peer ?? "");
    if (!to) return;
    if (e.kind === "sent") { if (draw) this.fly(n, to, e.command ?? ""); return; }
    const id = JSON.stringify([e.node, e.peer!].sort()), old = this.lines.querySelector<SVGElement>(`[data-id="${CSS.escape(id)}"]`);
    if (e.kind === "left") old?.remove();
    if (e.kind === "peer" && !old) {
      const line = svg("line", { class: "link", "data-id": id, "data-from": e.node, "data-to": e.peer! });
      this.lines.append(line);
      this.stretch(line);
    }
  }

  private fly(from: Node, to: Node, command: string) {
    if (this.air.length >= mostFlying || command === "ping" || command === "pong") return;
    const d = svg("circle", { r: command.startsWith("block") ? 6 : 3, class: "message " + command, cx: from.x, cy: from.y });
    this.flying.append(d);
    this.air.push({ from, to, born: performance.now(), dot: d });
  }

  private show() {
    const tips = new Map<string, number>();
    for (const n of this.nodes.values()) if (n.tip) tips.set(n.tip, (tips.get(n.tip) ?? 0) + 1);
    for (const n of this.nodes.values()) {
      n.circle.setAttribute("class", "node" + (n.tip ? " c" + this.forks.colour(n.tip) : ""));
      n.label.textContent = String(n.height);
    }
    this.forks.draw(tips);
    this.told = this.told.slice(-mostTold);
    const agreed = tips.size === 1 && [...this.nodes.values()].every((n) => n.tip);
    const said = agreed ? `all ${this.nodes.size} nodes agree` : `${tips.size} tips`;
    const text = `${(this.now / 1000).toFixed(1)} s of ${(this.length / 1000).toFixed(1)} s · ${said} · ${this.reorgs} reorganisations`;
    if (!this.playing || said !== this.spoken) this.state.setAttribute("aria-live", "polite");
    else this.state.setAttribute("aria-live", "off"); // a clock is not to be read out
    this.spoken = said;
    this.state.textContent = text;
    this.state.dataset.agreed = String(agreed);
    this.state.dataset.tips = String(tips.size);
    this.slide.value = String(this.now);
    if (this.details.open) this.fill();
  }

  private fill() {
    this.rows.replaceChildren(table(["node", "height", "tip", "mempool"], [...this.nodes.values()].map((n) => [n.name, String(n.height), n.tip || "none", String(n.pool)]), this.title),
      h("ol", { class: "last" }, ...this.told.map((t) => h("li", {}, t))));
  }

  // to jumps, backwards by starting again.
  private to(t: number) {
    if (t < this.now) {
      this.at = 0; this.told = []; this.reorgs = 0;
      this.lines.replaceChildren();
      this.forks.clear();
      for (const n of this.nodes.values()) Object.assign(n, { tip: "", height: 0, pool: 0 });
    }
    this.now = t;
    this.due(false);
    this.show();
  }

  private due(draw: boolean) {
    while (this.at < this.events.length && this.events[this.at].ms - this.first <= this.now) this.apply(this.events[this.at++], draw);
  }

  private frame(clock: number) {
    if (!this.pic.isConnected) return; // the cell has run again
    const step = Math.min(this.live ? 1000 : 100, clock - this.last) * Number(this.rate.value); // what lives does not wait for a slow screen
    this.last = clock;
    const end = this.live ? Math.max(0, this.length - behind) : this.length;
    if (this.playing && this.visible && this.now < end) {
      this.now = Math.min(end, this.now + step);
      this.due(true);
      this.show();
    }
    if (this.playing && !this.live && this.now >= end && this.air.length === 0) this.toggle(false);
    this.air = this.air.filter((a) => {
      const k = (clock - a.born) / flight;
      if (k >= 1) { a.dot.remove(); return false; }
      a.dot.setAttribute("cx", String(a.from.x + (a.to.x - a.from.x) * Math.max(0, k)));
      a.dot.setAttribute("cy", String(a.from.y + (a.to.y - a.from.y) * Math.max(0, k)));
      return true;
    });
    if (this.playing || this.air.length) requestAnimationFrame((t) => this.frame(t));
  }

  private toggle(on = !this.playing) {
    if (on && !this.live && this.now >= this.length) this.to(0);
    const idle = !this.playing && this.air.length === 0;
    this.playing = on;
    this.play.textContent = on ? "Pause" : "Play";
    if (on && idle) { this.last = performance.now(); requestAnimationFrame((t) => this.frame(t)); }
    if (!on) this.show();
  }
}

// network plays what a cell shows.
export function network(f: Frame): HTMLElement {
  const l = new Living(f.title ?? "network");
  l.add(f.events ?? "");
  l.start();
  return l.el;
}

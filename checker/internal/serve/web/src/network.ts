// The living network: an event stream (docs/events.md) played back, while it
// still comes or afterwards. Nodes have the colour of their branch, so that
// a fork is seen as two colours; below, the last blocks as a tree; a table says
// the same. A cell can offer changes: then each click runs it again (changes.ts).
import type { Frame } from "./api";
import { Changes } from "./changes";
import { h, table } from "./dom";
import type { Event } from "./events";
import { list, many } from "./figures/words";
import { Forks } from "./forks";
import { saving } from "./figures/save";
import { Mesh } from "./mesh";

const mostTold = 12; // of what was told last
const behind = 300; // milliseconds that a live picture stays behind, so that the lines of all nodes are there
const rates = [0.25, 0.5, 1, 2, 5, 20];
const longest = 20_000; // milliseconds that a picture should play, if there is a rate for it
const flash = 400; // milliseconds of the reader's time that a node shows that it has refused something

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Living {
  readonly el: HTMLElement;
  private events: Event[] = [];
  private readonly mesh: Mesh;
  private readonly forks = new Forks();
  private readonly state = h("p", { class: "told", role: "status" });
  private readonly about = h("p", { class: "about", role: "status" });
  private readonly gifts = h("p", { class: "bar gifts" });
  private readonly rows = h("div");
  private readonly play = h("button", { class: "play", click: () => this.toggle() }, "Play");
  private readonly rate = h("select", { "aria-label": "Speed" }, ...rates.map((s) => h("option", { value: String(s), selected: s === 1 }, s + "×"))) as HTMLSelectElement;
  private readonly slide = h("input", { type: "range", min: "0", max: "1", value: "0", step: "1", "aria-label": "Time" }) as HTMLInputElement;
  private readonly details: HTMLDetailsElement;
  private chosen = ""; // node
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

  constructor(private readonly title: string, private live = false, readonly changes = new Changes(title, [], [])) {
    this.mesh = new Mesh(title, changes, (a, b) => (b ? this.tellLink(a, b) : this.tell(a, true)), (a, b) => (b ? this.cut(a, b) : this.tell(a, true)));
    this.slide.oninput = () => this.to(Number(this.slide.value));
    this.details = h("details", { class: "astable", toggle: () => this.fill() }, h("summary", {}, "as a table"), this.rows) as HTMLDetailsElement;
    const legend = h("ul", { class: "marks" }, ...[["node", "a node, with the height of its chain; one colour is one branch"], ["block", "a block on its way"], ["tx", "another message"], ...(changes.can ? [["cut", "a link that is cut"]] : []), ["refuses", "refuses what it was sent"], ["square", "a block of the tree, with the number of nodes whose tip it is"], ["lost", "a block on no node's chain"]].map(([kind, words]) => h("li", { class: "is-" + kind }, words)));
    this.el = saving(h("figure", { class: "net" }, h("figcaption", {}, title), this.mesh.el, h("p", { class: "bar" }, this.play, this.rate, this.slide), this.state, this.about, this.gifts, this.forks.el, legend, this.details), title);
    this.about.textContent = changes.can ? "Click a link to cut it; click a node to change it." : "Click a node to see what it holds.";
    new IntersectionObserver((e) => { this.visible = e.at(-1)!.isIntersecting; }).observe(this.mesh.el);
  }

  private get length() { return Math.max(1, (this.events.at(-1)?.ms ?? 0) - this.first); }
  private get pace() { return Number(this.rate.value); }

  // add takes lines of events; others are skipped, as docs/events.md asks
  // readers to, and given back.
  add(text: string): string[] {
    const others: string[] = [], met = new Set(this.mesh.nodes.keys()), links: [string, string][] = [];
    for (const line of text.split("\n")) {
      let e: Partial<Event> | null = null;
      try { e = JSON.parse(line); } catch { /* cut short, or no event */ }
      if (typeof e?.ms !== "number" || typeof e.node !== "string" || typeof e.kind !== "string") {
        if (line.trim()) others.push(line);
        continue;
      }
      this.events.push(e as Event);
      met.add(e.node);
      if (e.kind === "peer" && e.peer) links.push([e.node, e.peer]);
    }
    // What has been played stays: a line that comes late is played late.
    const ahead = this.events.splice(this.at).sort((a, b) => a.ms - b.ms);
    this.events.push(...ahead);
    this.first ||= this.events[0]?.ms ?? 0;
    this.mesh.knows(met, links);
    this.slide.max = String(this.length);
    return others;
  }

  // go plays a live picture from its first event on.
  go() {
    if (this.live && !this.begun && this.mesh.nodes.size) { this.begun = true; this.toggle(true); }
  }

  // start plays, or shows the end to those who want no motion.
  start() {
    this.rate.value = String(rates.find((r) => r >= 1 && this.length / r <= longest) ?? rates.at(-1));
    if (!this.live && still()) this.to(this.length);
    else { this.to(0); requestAnimationFrame(() => this.toggle(true)); }
  }

  // again shows another run of the network, from where it differs from the one before.
  again(text: string, changed: string[]) {
    const was = this.events.map((e) => JSON.stringify(e));
    this.changes.same(changed);
    this.events = [];
    this.at = 0;
    this.add(text);
    this.mesh.marks();
    if (!this.chosen) this.say("Your nodes have run again.", true);
    const other = this.events.findIndex((e, i) => JSON.stringify(e) !== was[i]), from = other < 0 ? this.length : this.events[other].ms - this.first - 1;
    this.restart(still() ? this.length : Math.min(this.now, from));
    if (!still() && !this.playing) requestAnimationFrame(() => this.toggle(true));
  }

  // ended says that no more events come.
  ended() { this.live = false; }

  private apply(e: Event, draw: boolean) {
    const n = this.mesh.nodes.get(e.node)!;
    this.forks.take(e);
    if (e.kind === "tip") {
      n.tip = e.hash ?? ""; n.height = e.height ?? 0; n.pool = e.count ?? 0;
      if (e.removed) this.reorgs++;
      this.told.push(`${e.node}: height ${n.height}, ${n.tip}${e.removed ? `, ${e.removed} blocks reorganised` : ""}`);
    } else if (e.kind === "seen") n.pool = e.count ?? n.pool + 1;
    else if (e.kind === "found") this.told.push(`${e.node} found block ${e.height ?? 0}, ${e.hash ?? ""}`);
    else if (e.kind === "wrong") {
      n.refused++;
      n.wrong = e.ms - this.first;
      this.told.push(`${e.node} refused ${e.hash ?? "something"}: ${e.error ?? ""}`);
    }
    const to = this.mesh.nodes.get(e.peer ?? "");
    if (!to) return;
    if (e.kind === "sent") { if (draw) this.mesh.fly(n, to, e.command ?? ""); return; }
    if (e.kind === "left" || e.kind === "peer") this.mesh.join(e.node, to.name, e.kind === "peer");
  }

  private show() {
    const tips = new Map<string, number>();
    for (const n of this.mesh.nodes.values()) if (n.tip) tips.set(n.tip, (tips.get(n.tip) ?? 0) + 1);
    for (const n of this.mesh.nodes.values()) this.mesh.paint(n, n.tip ? "c" + this.forks.colour(n.tip) : "", n.name === this.chosen, this.now - n.wrong < flash * this.pace);
    this.forks.draw(tips);
    this.told = this.told.slice(-mostTold);
    const agreed = tips.size === 1 && [...this.mesh.nodes.values()].every((n) => n.tip);
    const said = agreed ? `all ${this.mesh.nodes.size} nodes agree` : `${tips.size} tips`;
    const text = `${(this.now / 1000).toFixed(1)} s of ${(this.length / 1000).toFixed(1)} s · ${said} · ${this.reorgs} reorganisations`;
    if (!this.playing || said !== this.spoken) this.state.setAttribute("aria-live", "polite");
    else this.state.setAttribute("aria-live", "off"); // a clock is not to be read out
    this.spoken = said;
    this.state.textContent = text;
    this.state.dataset.agreed = String(agreed);
    this.state.dataset.tips = String(tips.size);
    this.slide.value = String(this.now);
    if (this.chosen) this.tell(this.chosen, false);
    if (this.details.open) this.fill();
  }

  private say(words: string, aloud: boolean) {
    this.about.setAttribute("aria-live", aloud || !this.playing ? "polite" : "off");
    if (this.about.textContent !== words) this.about.textContent = words;
  }

  // tell says what a node holds, and offers to change it.
  private tell(name: string, aloud: boolean) {
    const n = this.mesh.nodes.get(name);
    if (!n) return;
    if (aloud && this.chosen !== name) {
      this.chosen = name;
      this.offer();
      this.show();
    }
    const peers = this.mesh.peers(name);
    this.say(`${name}: height ${n.height}${n.tip ? `, ${n.tip}` : ""}; ${peers.length ? `linked to ${list(peers)}` : "linked to nobody"}; ${many(n.pool, "payment")} in its pool${n.refused ? `; has refused ${many(n.refused, "message")}` : ""}.`, aloud);
  }

  // offer is a button for everything that the chosen node can be given.
  private offer() {
    if (!this.changes.can) return;
    const name = this.chosen;
    this.gifts.replaceChildren(...(name ? this.changes.traits : []).map((t) => {
      const b = h("button", { type: "button", "aria-pressed": String(this.changes.of(name).includes(t)), click: () => { b.setAttribute("aria-pressed", String(this.changes.toggle(`${name} ${t}`))); this.changed(); } }, `${name} ${t}`);
      return b;
    }), ...(this.changes.any ? [h("button", { type: "button", click: () => { this.changes.undo(); this.changed(); this.offer(); } }, "Set back")] : []));
  }

  private changed() {
    this.mesh.marks();
    this.say("Your nodes run again.", true);
    if (this.changes.any === !this.gifts.querySelector("button:not([aria-pressed])")) this.offer();
  }

  private tellLink(a: string, b: string) {
    this.say(`The link of ${a} and ${b} ${this.changes.cut(a, b) ? "is cut. Space joins" : "works. Space cuts"} it.`, true);
  }

  private cut(a: string, b: string) {
    this.changes.toggle(`cut ${a} ${b}`);
    this.chosen = "";
    this.offer();
    this.changed();
  }

  private fill() {
    this.rows.replaceChildren(table(["node", "height", "tip", "mempool"], [...this.mesh.nodes.values()].map((n) => [n.name, String(n.height), n.tip || "none", String(n.pool)]), this.title),
      h("ol", { class: "last" }, ...this.told.map((t) => h("li", {}, t))));
  }

  // to jumps, backwards by starting again.
  private to(t: number) {
    if (t < this.now) { this.restart(t); return; }
    this.now = t;
    this.due(false);
    this.show();
  }

  private restart(t: number) {
    this.at = 0; this.told = []; this.reorgs = 0;
    this.mesh.clear();
    this.forks.clear();
    this.now = t;
    this.due(false);
    this.show();
  }

  private due(draw: boolean) {
    while (this.at < this.events.length && this.events[this.at].ms - this.first <= this.now) this.apply(this.events[this.at++], draw);
  }

  private frame(clock: number) {
    if (!this.el.isConnected) return; // the cell has run again
    const step = Math.min(this.live ? 1000 : 100, clock - this.last) * this.pace; // what lives does not wait for a slow screen
    this.last = clock;
    const end = this.live ? Math.max(0, this.length - behind) : this.length;
    if (this.playing && this.visible && this.now < end) {
      this.now = Math.min(end, this.now + step);
      this.due(true);
      this.show();
    }
    if (this.playing && !this.live && this.now >= end && this.mesh.still) this.toggle(false);
    this.mesh.step(clock);
    if (this.playing || !this.mesh.still) requestAnimationFrame((t) => this.frame(t));
  }

  private toggle(on = !this.playing) {
    if (on && !this.live && this.now >= this.length) this.to(0);
    const idle = !this.playing && this.mesh.still;
    this.playing = on;
    this.play.textContent = on ? "Pause" : "Play";
    if (on && idle) { this.last = performance.now(); requestAnimationFrame((t) => this.frame(t)); }
    if (!on) this.show();
  }
}

// changedIn are the changes that a run was made with, and the names of the cell's values.
export const changedIn = (f: Frame) => (f.rows ?? []).map((r) => r[0]);

// network plays what a cell shows; set runs the cell again.
export function network(f: Frame, set?: (label: string, value: number) => void): Living {
  const title = f.title ?? "network", l = new Living(title, false, new Changes(title, f.header ?? [], changedIn(f), set));
  l.add(f.events ?? "");
  l.start();
  return l;
}

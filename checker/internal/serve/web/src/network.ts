// The living network: an event stream (docs/events.md) played back. Nodes stand
// in a circle, coloured by their tip, so that a fork is seen as two colours;
// blocks and other messages fly between them; a table says the same.
import type { Frame } from "./api";
import { h, svg, table } from "./dom";

interface Event {
  ms: number; node: string; kind: string; peer?: string; command?: string; hash?: string;
  parent?: string; height?: number; count?: number; removed?: number; error?: string;
}

interface Node { name: string; x: number; y: number; tip: string; height: number; pool: number; circle: SVGElement; label: SVGElement }

const size = 560, radius = 205, dot = 27;
const flight = 350; // milliseconds of the reader's time that a message flies
const mostFlying = 120;
const mostRows = 12; // of what was told last

export function network(f: Frame): HTMLElement {
  const events = parse(f.events ?? "");
  const names = [...new Set(events.map((e) => e.node))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const first = events[0]?.ms ?? 0, length = Math.max(1, (events.at(-1)?.ms ?? 0) - first);

  const lines = svg("g", {}), flying = svg("g", {}), circles = svg("g", {});
  const pic = svg("svg", { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": `${f.title ?? "network"}: ${names.length} nodes; the table below says what each of them holds`, class: "network" }, lines, flying, circles);
  const nodes = new Map<string, Node>();
  names.forEach((name, i) => {
    const angle = (2 * Math.PI * i) / names.length - Math.PI / 2;
    const x = size / 2 + radius * Math.cos(angle), y = size / 2 + radius * Math.sin(angle);
    const circle = svg("circle", { cx: x, cy: y, r: dot, class: "node" });
    const label = svg("text", { x, y: y + 5, "text-anchor": "middle", class: "height" }, "0");
    circles.append(circle, label, svg("text", { x, y: y + dot + 16, "text-anchor": "middle", class: "quiet" }, name));
    nodes.set(name, { name, x, y, tip: "", height: 0, pool: 0, circle, label });
  });

  let at = 0, now = 0, last = 0, speed = 1, playing = false, visible = true;
  let colours = new Map<string, number>(), told: string[] = [], reorgs = 0;
  const air: { from: Node; to: Node; born: number; dot: SVGElement }[] = [];
  const state = h("p", { class: "told", role: "status" });
  const rows = h("div");
  const play = h("button", { click: () => toggle() }, "Play");
  const rate = h("select", { "aria-label": "Speed" }, ...["0.25", "0.5", "1", "2", "5", "20"].map((s) => h("option", { value: s, selected: s === "1" }, s + "×"))) as HTMLSelectElement;
  const slide = h("input", { type: "range", min: "0", max: String(length), value: "0", step: "1", "aria-label": "Time" }) as HTMLInputElement;

  function apply(e: Event, draw: boolean) {
    const n = nodes.get(e.node)!;
    if (e.kind === "tip") {
      n.tip = e.hash ?? ""; n.height = e.height ?? 0; n.pool = e.count ?? n.pool;
      if (e.removed) reorgs++;
      told.push(`${e.node}: height ${n.height}, ${n.tip}${e.removed ? `, ${e.removed} blocks reorganised` : ""}`);
    } else if (e.kind === "seen") n.pool = e.count ?? n.pool + 1;
    else if (e.kind === "found") told.push(`${e.node} found block ${e.height ?? 0}, ${e.hash ?? ""}`);
    else if (e.kind === "wrong") told.push(`${e.node} refused ${e.hash ?? "something"}: ${e.error ?? ""}`);
    const to = e.kind === "sent" ? nodes.get(e.peer ?? "") : undefined;
    if (draw && to && air.length < mostFlying && e.command !== "ping" && e.command !== "pong") {
      const d = svg("circle", { r: e.command === "block" || e.command === "blocks" ? 6 : 3, class: e.command === "tx" ? "message tx" : "message" });
      flying.append(d);
      air.push({ from: n, to, born: performance.now(), dot: d });
    }
    if ((e.kind === "peer" || e.kind === "left") && nodes.has(e.peer ?? "")) {
      const id = [e.node, e.peer!].sort().join("-"), old = lines.querySelector(`[data-id="${CSS.escape(id)}"]`);
      if (e.kind === "left") old?.remove();
      else if (!old) { const p = nodes.get(e.peer!)!; lines.append(svg("line", { x1: n.x, y1: n.y, x2: p.x, y2: p.y, class: "link", "data-id": id })); }
    }
  }

  function show() {
    const tips = new Set<string>();
    for (const n of nodes.values()) {
      if (n.tip) tips.add(n.tip);
      if (n.tip && !colours.has(n.tip)) colours.set(n.tip, 1 + (colours.size % 5));
      n.circle.setAttribute("class", "node" + (n.tip ? " c" + colours.get(n.tip) : ""));
      n.label.textContent = String(n.height);
    }
    told = told.slice(-mostRows);
    const agreed = tips.size === 1 && [...nodes.values()].every((n) => n.tip);
    state.textContent = `${(now / 1000).toFixed(1)} s of ${(length / 1000).toFixed(1)} s · ${agreed ? `all ${names.length} nodes agree` : `${tips.size} tips`} · ${reorgs} reorganisations`;
    state.dataset.agreed = String(agreed);
    slide.value = String(now);
    if (details.open) fill();
  }

  function fill() {
    rows.replaceChildren(table(["node", "height", "tip", "mempool"], [...nodes.values()].map((n) => [n.name, String(n.height), n.tip || "none", String(n.pool)]), f.title),
      h("ol", { class: "last" }, ...told.map((t) => h("li", {}, t))));
  }

  function to(t: number) { // jumps, backwards by beginning anew
    if (t < now) {
      at = 0; told = []; reorgs = 0; lines.replaceChildren(); colours = new Map();
      for (const n of nodes.values()) Object.assign(n, { tip: "", height: 0, pool: 0 });
    }
    now = t;
    while (at < events.length && events[at].ms - first <= now) apply(events[at++], false);
    show();
  }

  function frame(clock: number) {
    if (!pic.isConnected) return; // the cell has run again
    const step = Math.min(100, clock - last) * speed;
    last = clock;
    if (playing && visible) {
      now = Math.min(length, now + step);
      while (at < events.length && events[at].ms - first <= now) apply(events[at++], true);
      show();
      if (now >= length && air.length === 0) toggle(false);
    }
    for (let i = air.length - 1; i >= 0; i--) {
      const a = air[i], k = (clock - a.born) / flight;
      if (k >= 1) { a.dot.remove(); air.splice(i, 1); continue; }
      a.dot.setAttribute("cx", String(a.from.x + (a.to.x - a.from.x) * Math.max(0, k)));
      a.dot.setAttribute("cy", String(a.from.y + (a.to.y - a.from.y) * Math.max(0, k)));
    }
    if (playing || air.length) requestAnimationFrame(frame);
  }

  function toggle(on = !playing) {
    if (on && now >= length) to(0);
    playing = on;
    play.textContent = on ? "Pause" : "Play";
    if (on) { last = performance.now(); requestAnimationFrame(frame); }
  }

  rate.onchange = () => { speed = Number(rate.value); };
  slide.oninput = () => to(Number(slide.value));
  const details = h("details", { class: "astable", toggle: () => fill() }, h("summary", {}, "as a table"), rows) as HTMLDetailsElement;
  new IntersectionObserver((e) => { visible = e.at(-1)!.isIntersecting; }).observe(pic);
  to(0);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) to(length);
  else requestAnimationFrame(() => toggle(true));
  return h("figure", { class: "net" }, h("figcaption", {}, f.title ?? ""), pic, h("p", { class: "bar" }, play, rate, slide), state, details);
}

// parse reads the lines that are events, in order of time; others are skipped,
// as docs/events.md asks readers to.
function parse(text: string): Event[] {
  const out: Event[] = [];
  for (const line of text.split("\n")) {
    try {
      const e = JSON.parse(line);
      if (typeof e.ms === "number" && typeof e.node === "string" && typeof e.kind === "string") out.push(e);
    } catch { /* a line cut short */ }
  }
  return out.sort((a, b) => a.ms - b.ms);
}

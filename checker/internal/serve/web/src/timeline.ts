// A timeline of thousands of bars on a canvas, in lanes: a lane is a worker, who takes the
// next when one is done. Ctrl and the wheel, the buttons or the keys zoom, and the wheel alone
// scrolls the page; drag or the arrow keys move, pointing names a bar; a table says the same.
import type { Frame } from "./api";
import { asTable, h } from "./dom";
import { saving } from "./figures/save";
import { count, many } from "./figures/words";

const palette = ["--c1", "--c2", "--c3", "--c4", "--c5"];
const mostRows = 500; // of the table
const axis = 24, tallest = 960, nearest = 1e-4; // of the drawing in pixels, of the part that is shown

const millis = (ns: number) => count(ns / 1e6, ns > 0 && ns < 1e7 ? 2 : 0) + " ms";

// Pen draws on a canvas, or into a file.
interface Pen { rect(x: number, y: number, w: number, h: number, colour: string): void; text(x: number, y: number, anchor: string, words: string, colour: string): void }

// inLanes gives each bar the first lane that is free; bars are sorted by their start.
export function inLanes(spans: { start: number; end: number }[]): { lane: number[]; lanes: number } {
  const free: number[] = [];
  const lane = spans.map((s) => {
    let i = free.findIndex((end) => end <= s.start);
    if (i < 0) i = free.push(0) - 1;
    free[i] = Math.max(s.end, s.start);
    return i;
  });
  return { lane, lanes: free.length };
}

export function timeline(f: Frame): HTMLElement {
  const spans = (f.spans ?? []).slice().sort((a, b) => a.start - b.start);
  const end = Math.max(1, ...spans.map((s) => s.end));
  const kinds = [...new Set(spans.map((s) => s.kind ?? ""))];
  const { lane, lanes } = inLanes(spans);
  const tall = Math.round(Math.min(tallest, Math.max(56, lanes * Math.max(3, Math.min(18, 400 / lanes))))) + axis, row = (tall - axis) / lanes;
  const canvas = h("canvas", { tabindex: "0", role: "img", "aria-label": `${f.title}: ${many(spans.length, "bar")} in ${many(lanes, "lane")}, ${millis(end)}. Plus and minus zoom, 0 shows all, left and right move, up and down name a bar; the table below has the numbers` }) as HTMLCanvasElement;
  const told = h("p", { class: "told", role: "status" }, " ");
  let from = 0, to = end, named = -1;

  const paint = (pen: Pen, w: number, colours: string[], ink: string) => {
    const x = (t: number) => ((t - from) / (to - from)) * w;
    spans.forEach((s, i) => {
      if (s.end < from || s.start > to) return;
      const left = Math.max(0, x(s.start)), right = Math.min(w, x(s.end));
      pen.rect(left, lane[i] * row, Math.max(1, right - left - (right - left > 4 ? 1 : 0)), Math.max(0.8, row - Math.min(2, row / 4)), i === named ? ink : colours[kinds.indexOf(s.kind ?? "") % palette.length]);
    });
    const marks = w < 480 ? 2 : 4;
    for (let k = 0; k <= marks; k++) pen.text((w * k) / marks, tall - 6, k === 0 ? "start" : k === marks ? "end" : "middle", millis(from + ((to - from) * k) / marks), ink);
  };
  const look = () => {
    const css = getComputedStyle(canvas);
    const colours = palette.map((name) => {
      canvas.style.color = `var(${name})`; // the theme decides what the name means
      const colour = css.color;
      canvas.style.color = "";
      return colour;
    });
    return { colours, ink: css.color };
  };
  const draw = () => {
    if (!canvas.isConnected) return;
    const w = canvas.clientWidth || 640, scale = devicePixelRatio || 1;
    canvas.width = w * scale; canvas.height = tall * scale; canvas.style.height = tall + "px";
    const g = canvas.getContext("2d")!, { colours, ink } = look();
    g.scale(scale, scale);
    g.font = "12px system-ui, sans-serif";
    paint({
      rect(x, y, wide, high, colour) { g.fillStyle = colour; g.fillRect(x, y, wide, high); },
      text(x, y, anchor, words, colour) { g.fillStyle = colour; g.textAlign = anchor === "middle" ? "center" : (anchor as CanvasTextAlign); g.fillText(words, x, y); },
    }, w, colours, ink);
  };
  // file is what is shown as an SVG.
  const file = () => {
    const w = canvas.clientWidth || 640, { colours, ink } = look(), ground = getComputedStyle(document.body).backgroundColor, parts: string[] = [];
    const words = (s: string) => s.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
    paint({
      rect(x, y, wide, high, colour) { parts.push(`<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${wide.toFixed(1)}" height="${high.toFixed(1)}" fill="${colour}"/>`); },
      text(x, y, anchor, s, colour) { parts.push(`<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${colour}" font-family="system-ui, sans-serif" font-size="12">${words(s)}</text>`); },
    }, w, colours, ink);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${tall}" width="${w}" height="${tall}"><title>${words(f.title ?? "")}</title><rect width="${w}" height="${tall}" fill="${ground}"/>${parts.join("")}</svg>`;
  };
  const say = (i: number) => { const s = spans[i]; told.textContent = s ? `${s.label}: ${millis(s.start)} to ${millis(s.end)} ${s.kind ? s.kind + ", " : ""}in lane ${lane[i] + 1}` : " "; };
  const shown = () => { draw(); told.textContent = from === 0 && to === end ? `All of it: ${millis(end)}` : `From ${millis(from)} to ${millis(to)}`; closer.disabled = to - from <= end * nearest; all.disabled = wider.disabled = from === 0 && to === end; };
  const zoom = (by: number, at = (from + to) / 2) => {
    if (by < 1 && (to - from) * by < end * nearest) return;
    from = Math.max(0, at - (at - from) * by); to = Math.min(end, at + (to - at) * by);
    shown();
  };
  const move = (by: number) => {
    const d = Math.max(-from, Math.min(end - to, by * (to - from)));
    from += d; to += d;
    shown();
  };
  const whole = () => { from = 0; to = end; shown(); };
  const name = (by: number) => {
    named = Math.max(0, Math.min(spans.length - 1, named + by));
    const s = spans[named];
    if (s.end < from || s.start > to) { const half = (to - from) / 2; from = Math.max(0, Math.min(end - 2 * half, s.start - half)); to = from + 2 * half; }
    draw();
    say(named);
  };
  canvas.addEventListener("wheel", (e) => {
    if (!e.ctrlKey) return; // the page scrolls
    e.preventDefault();
    zoom(e.deltaY < 0 ? 0.8 : 1.25, from + (e.offsetX / canvas.clientWidth) * (to - from));
  }, { passive: false });
  canvas.addEventListener("keydown", (e) => {
    const act: Record<string, () => void> = { "+": () => zoom(0.7), "-": () => zoom(1.4), "0": whole, ArrowLeft: () => move(-0.2), ArrowRight: () => move(0.2), ArrowUp: () => name(-1), ArrowDown: () => name(1) };
    if (act[e.key] && !e.ctrlKey && !e.metaKey && !e.altKey) { e.preventDefault(); e.stopPropagation(); act[e.key](); }
  });
  canvas.addEventListener("pointermove", (e) => {
    if (e.buttons) { move(-e.movementX / canvas.clientWidth); return; }
    // The bar below the pointer, or the nearest of its lane.
    const at = from + (e.offsetX / canvas.clientWidth) * (to - from), on = Math.floor(e.offsetY / row);
    let best = -1, least = Infinity;
    spans.forEach((s, i) => {
      const off = Math.max(s.start - at, at - s.end, 0);
      if (lane[i] === on && off < least) [best, least] = [i, off];
    });
    say(best);
  });
  const button = (text: string, act: () => void) => h("button", { type: "button", click: act }, text) as HTMLButtonElement;
  const closer = button("Zoom in", () => zoom(0.5)), wider = button("Zoom out", () => zoom(2)), all = button("Show all", whole);
  all.disabled = wider.disabled = true;
  new ResizeObserver(draw).observe(canvas);
  addEventListener("theme", draw);
  const legend = h("p", { class: "legend" }, ...kinds.filter(Boolean).map((k, i) => h("span", { class: `key k${(kinds.indexOf(k) % palette.length) + 1}`, "data-i": String(i) }, k)));
  const rows = spans.slice(0, mostRows).map((s, i) => [s.label, String(lane[i] + 1), millis(s.start), millis(s.end), s.kind ?? ""]);
  return saving(h("figure", { class: "timeline" }, h("figcaption", {}, f.title ?? ""), canvas, h("div", { class: "bar" }, closer, wider, all, h("span", { class: "note" }, "or Ctrl and the wheel")), legend, told,
    asTable(["bar", "lane", "start", "end", "kind"], rows, spans.length > mostRows ? `the first ${count(mostRows)} of ${count(spans.length)}` : f.title)), f.title, file);
}

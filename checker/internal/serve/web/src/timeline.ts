// A timeline of thousands of bars on a canvas: the wheel or + and - zoom, 0 shows all, drag
// or the arrow keys move, pointing tells; a table says the same.
import type { Frame } from "./api";
import { asTable, h } from "./dom";

const palette = ["--c1", "--c2", "--c3", "--c4", "--c5"];
const mostRows = 500; // of the table

const millis = (ns: number) => (ns / 1e6).toFixed(ns > 0 && ns < 1e7 ? 2 : 0) + " ms";

export function timeline(f: Frame): HTMLElement {
  const spans = (f.spans ?? []).slice().sort((a, b) => a.start - b.start);
  const end = Math.max(1, ...spans.map((s) => s.end));
  const kinds = [...new Set(spans.map((s) => s.kind ?? ""))];
  const canvas = h("canvas", { tabindex: "0", role: "img", "aria-label": `${f.title}: ${spans.length} bars in ${millis(end)}. Plus and minus zoom, 0 shows all, arrows move; the table below has the numbers` }) as HTMLCanvasElement;
  const told = h("p", { class: "told", role: "status" }, " ");
  let from = 0, to = end;

  const draw = () => {
    if (!canvas.isConnected) return;
    const css = getComputedStyle(canvas), w = canvas.clientWidth || 640, tall = Math.min(420, Math.max(80, spans.length * 6 + 24)), scale = devicePixelRatio || 1;
    canvas.width = w * scale; canvas.height = tall * scale; canvas.style.height = tall + "px";
    const g = canvas.getContext("2d")!;
    const colours = palette.map((name) => {
      canvas.style.color = `var(${name})`; // the theme decides what the name means
      const colour = css.color;
      canvas.style.color = "";
      return colour;
    });
    g.scale(scale, scale);
    const row = (tall - 24) / Math.max(1, spans.length), x = (t: number) => ((t - from) / (to - from)) * w;
    spans.forEach((s, i) => {
      if (s.end < from || s.start > to) return;
      g.fillStyle = colours[kinds.indexOf(s.kind ?? "") % palette.length];
      g.fillRect(x(s.start), i * row, Math.max(1, x(s.end) - x(s.start)), Math.max(0.8, row * 0.8));
    });
    g.fillStyle = css.color; g.font = "12px system-ui, sans-serif";
    for (let k = 0; k <= 4; k++) {
      g.textAlign = k === 0 ? "left" : k === 4 ? "right" : "center";
      g.fillText(millis(from + ((to - from) * k) / 4), (w * k) / 4, tall - 6);
    }
  };
  const zoom = (by: number, at = (from + to) / 2) => {
    from = Math.max(0, at - (at - from) * by); to = Math.min(end, at + (to - at) * by);
    draw();
  };
  const move = (by: number) => {
    const d = Math.max(-from, Math.min(end - to, by * (to - from)));
    from += d; to += d;
    draw();
  };
  canvas.addEventListener("wheel", (e) => { e.preventDefault(); zoom(e.deltaY < 0 ? 0.8 : 1.25, from + (e.offsetX / canvas.clientWidth) * (to - from)); }, { passive: false });
  canvas.addEventListener("keydown", (e) => {
    const act: Record<string, () => void> = { "+": () => zoom(0.7), "-": () => zoom(1.4), "0": () => { from = 0; to = end; draw(); }, ArrowLeft: () => move(-0.2), ArrowRight: () => move(0.2) };
    if (act[e.key]) { e.preventDefault(); e.stopPropagation(); act[e.key](); }
  });
  canvas.addEventListener("pointermove", (e) => {
    if (e.buttons) { move(-e.movementX / canvas.clientWidth); return; }
    const s = spans[Math.floor(e.offsetY / ((canvas.clientHeight - 24) / Math.max(1, spans.length)))];
    told.textContent = s ? `${s.label}: ${millis(s.start)} to ${millis(s.end)} ${s.kind ?? ""}` : " ";
  });
  new ResizeObserver(draw).observe(canvas);
  addEventListener("theme", draw);
  const legend = h("p", { class: "legend" }, ...kinds.filter(Boolean).map((k, i) => h("span", { class: `key k${(kinds.indexOf(k) % palette.length) + 1}`, "data-i": String(i) }, k)));
  const rows = spans.slice(0, mostRows).map((s) => [s.label, millis(s.start), millis(s.end), s.kind ?? ""]);
  return h("figure", { class: "timeline" }, h("figcaption", {}, f.title ?? ""), canvas, legend, told,
    asTable(["bar", "start", "end", "kind"], rows, spans.length > mostRows ? `the first ${mostRows} of ${spans.length}` : f.title));
}

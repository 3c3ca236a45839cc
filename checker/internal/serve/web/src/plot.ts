// Lines over one pair of axes.
import type { Frame } from "./api";
import { asTable, h, svg } from "./dom";

const width = 640, height = 300, left = 64, right = 14, top = 10, bottom = 34;
const most = 200; // rows of the table beside it

export function plot(f: Frame): HTMLElement {
  const lines = f.lines ?? [];
  const xs = lines.flatMap((l) => l.x), ys = lines.flatMap((l) => l.y);
  const caption = h("figcaption", {}, f.title ?? "");
  if (!xs.length) return h("figure", {}, caption, h("p", { class: "from" }, "there is nothing to draw"));
  const [x0, x1] = ends(xs), [y0, y1] = ends(ys);
  const px = (x: number) => left + ((x - x0) / (x1 - x0)) * (width - left - right);
  const py = (y: number) => height - bottom - ((y - y0) / (y1 - y0)) * (height - top - bottom);
  const pic = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "lines", "aria-label": `${f.title}: ${lines.length} lines; the table beside it has the points` });
  for (const y of ticks(y0, y1)) {
    pic.append(svg("line", { x1: left, x2: width - right, y1: py(y), y2: py(y), class: "grid" }),
      svg("text", { x: left - 8, y: py(y) + 4, "text-anchor": "end", class: "quiet" }, text(y)));
  }
  for (const x of ticks(x0, x1)) pic.append(svg("text", { x: px(x), y: height - bottom + 18, "text-anchor": "middle", class: "quiet" }, text(x)));
  lines.forEach((l, i) => {
    pic.append(svg("polyline", { points: l.x.map((x, k) => `${px(x).toFixed(1)},${py(l.y[k]).toFixed(1)}`).join(" "), class: `line line${i % 6}` }));
    if (l.x.length === 1) pic.append(svg("circle", { cx: px(l.x[0]), cy: py(l.y[0]), r: 3, class: `dot line${i % 6}` }));
  });

  // The point nearest to the pointer is named.
  const mark = svg("circle", { r: 4, class: "mark", visibility: "hidden" });
  const told = h("p", { class: "from told" }, "\u00a0");
  pic.append(mark);
  pic.addEventListener("pointermove", (e) => {
    const box = pic.getBoundingClientRect();
    const at = { x: ((e.clientX - box.left) / box.width) * width, y: ((e.clientY - box.top) / box.height) * height };
    let best = Infinity, said = "";
    lines.forEach((l) => l.x.forEach((x, k) => {
      const d = Math.hypot(px(x) - at.x, py(l.y[k]) - at.y);
      if (d >= best) return;
      best = d;
      said = `${l.label}: ${text(x)}, ${text(l.y[k])}`;
      mark.setAttribute("cx", String(px(x)));
      mark.setAttribute("cy", String(py(l.y[k])));
    }));
    mark.setAttribute("visibility", "visible");
    told.textContent = said;
  });
  pic.addEventListener("pointerleave", () => { mark.setAttribute("visibility", "hidden"); told.textContent = "\u00a0"; });
  const legend = lines.length > 1 || lines[0].label ? [h("p", { class: "legend" }, ...lines.map((l, i) => h("span", { class: `key line${i % 6}` }, l.label)))] : [];
  const rows = lines.flatMap((l) => l.x.map((x, k) => [l.label, text(x), text(l.y[k])]));
  return h("figure", {}, caption, pic, told, ...legend,
    asTable(["line", "x", "y"], rows.length > most ? [...rows.slice(0, most), ["…", `and ${rows.length - most} more`, ""]] : rows, f.title));
}

// ends are the smallest and the largest number, apart even if they are one.
function ends(all: number[]): [number, number] {
  let a = Infinity, b = -Infinity;
  for (const x of all) { a = Math.min(a, x); b = Math.max(b, x); }
  if (a > 0 && a < b / 3) a = 0; // from nothing, where that costs little room
  return a === b ? [a - 1, b + 1] : [a, b];
}

// ticks are round numbers between two.
function ticks(a: number, b: number): number[] {
  const raw = (b - a) / 5, ten = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((k) => k * ten).find((s) => s >= raw)!;
  const out = [];
  for (let k = Math.ceil(a / step); k * step <= b + step / 1e6; k++) out.push(k * step);
  return out;
}

const text = (x: number) => (Math.abs(x) >= 1e6 || (x !== 0 && Math.abs(x) < 1e-3) ? x.toPrecision(3) : String(Number(x.toPrecision(6))));

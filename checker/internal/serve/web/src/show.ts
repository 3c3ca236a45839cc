// What a cell shows: tables, pictures, documents, plots.
import type { Frame } from "./api";
import { asTable, h, svg, table } from "./dom";
import { saving } from "./figures/save";
import { plot } from "./plot";
import { network } from "./network";
import { timeline } from "./timeline";

export function drawFrame(f: Frame): HTMLElement {
  switch (f.type) {
    case "table":
      return h("figure", {}, paged(f.header ?? [], f.rows ?? [], f.title));
    case "png":
      return saving(h("figure", {}, h("img", { alt: f.title ?? "", src: "data:image/png;base64," + (f.source ?? "") }), caption(f)), f.title, () => "data:image/png;base64," + (f.source ?? ""), true);
    case "plot":
      return saving(plot(f), f.title);
    case "svg":
      // As an image: nothing in it can run or load.
      return saving(h("figure", {}, h("img", { alt: f.title ?? "", src: "data:image/svg+xml;charset=utf-8," + encodeURIComponent(f.source ?? "") }), caption(f)), f.title, () => f.source ?? "");
    case "html":
      return h("figure", {}, frame(f), caption(f));
    case "bars":
      return f.bars?.length ? saving(bars(f), f.title) : nothing(f);
    case "spans":
      return f.spans?.length ? timeline(f) : nothing(f);
    case "network":
      return f.events?.trim() ? network(f).el : nothing(f);
  }
  return h("div", { class: "text" }, h("pre", {}, f.text));
}

const rowsOfPage = 20;

// paged is a table of which a page is to be seen at a time.
function paged(header: string[], rows: string[][], title?: string): HTMLElement {
  if (rows.length <= rowsOfPage + 5) return table(header, rows, title);
  let from = 0;
  const at = h("span", { role: "status" }), body = h("div");
  const button = (text: string, name: string, by: number) => h("button", { "aria-label": name, click: () => turn(by) }, text) as HTMLButtonElement;
  const back = button("‹", "rows before", -rowsOfPage), on = button("›", "rows behind", rowsOfPage);
  const turn = (by: number) => {
    from = Math.max(0, Math.min(from + by, rows.length - 1));
    body.replaceChildren(table(header, rows.slice(from, from + rowsOfPage), title));
    at.textContent = `rows ${from + 1} to ${Math.min(from + rowsOfPage, rows.length)} of ${rows.length}`;
    back.disabled = from === 0;
    on.disabled = from + rowsOfPage >= rows.length;
  };
  turn(0);
  return h("div", { class: "paged" }, body, h("div", { class: "pager" }, back, at, on));
}

const caption = (f: Frame) => h("figcaption", {}, f.title ?? "");

// nothing is a plot without data, as it comes of functions that are not written yet.
const nothing = (f: Frame) => h("figure", {}, caption(f), h("p", { class: "from" }, "there is nothing to draw"));

// frame holds a document in which no script runs; its height can be asked.
function frame(f: Frame): HTMLElement {
  const e = h("iframe", { sandbox: "allow-same-origin", src: f.source ?? "", title: f.title ?? "document" }) as HTMLIFrameElement;
  e.addEventListener("load", () => {
    const height = e.contentDocument?.documentElement.scrollHeight;
    if (height) e.style.height = Math.min(height + 2, 800) + "px";
  });
  return e;
}

// bars is a histogram, lying, so that long labels fit; with its table beside it.
function bars(f: Frame): HTMLElement {
  const all = f.bars ?? [];
  const most = Math.max(1, ...all.map((b) => b.value));
  const sum = all.reduce((n, b) => n + b.value, 0) || 1;
  const narrow = matchMedia("(max-width: 34rem)").matches;
  const row = 24, left = narrow ? 130 : 190, width = narrow ? 350 : 640, letters = narrow ? 17 : 26;
  const pic = svg("svg", { viewBox: `0 0 ${width} ${all.length * row + 6}`, role: "img", "aria-label": `${f.title}: ${all.length} bars; the table beside it has the numbers`, class: "bars" });
  all.forEach((b, i) => {
    const w = Math.max(b.value > 0 ? 2 : 0, (b.value / most) * (width - left - 60));
    const label = b.label.length > letters ? b.label.slice(0, letters - 1) + "…" : b.label;
    pic.append(svg("g", {}, svg("title", {}, `${b.label}: ${b.value} (${((100 * b.value) / sum).toFixed(1)} %)`),
      svg("text", { x: left - 8, y: i * row + 17, "text-anchor": "end" }, label),
      svg("rect", { x: left, y: i * row + 5, width: w, height: row - 8, rx: 2, class: "bar-fill" }),
      svg("text", { x: left + w + 6, y: i * row + 17, class: "quiet" }, String(b.value))));
  });
  return h("figure", {}, caption(f), pic, asTable(["", "number"], all.map((b) => [b.label, String(b.value)]), f.title));
}

// Pictures as files: an SVG that looks alone as it does on the page, and the same as a PNG.
import { h } from "../dom";

const sharp = 2; // pixels of a PNG for one of the page

export const dark = () => {
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return scheme === "dark" || (scheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
};

// saver is the two buttons below a picture. draw gives its SVG as text; a picture that is
// pixels already gives its data URL, and has one button.
export function saver(label: string, name: string, draw: () => string | Promise<string>, pixels = false): HTMLElement {
  const button = (what: string, act: () => Promise<void>) => {
    const b = h("button", { type: "button", click: () => void act().catch(() => { b.textContent = `${what}: the browser cannot do this`; }) }, what);
    return b;
  };
  const file = slug(name);
  const svg = button("Save as SVG", async () => offer(new Blob([await draw()], { type: "image/svg+xml" }), file + ".svg"));
  const png = button("Save as PNG", async () => offer(await raster(pixels ? await draw() : "data:image/svg+xml;charset=utf-8," + encodeURIComponent(await draw()), pixels ? 1 : sharp), file + ".png"));
  return h("div", { class: "save", role: "group", "aria-label": "Save: " + (label || "this picture") }, ...(pixels ? [] : [svg]), png);
}

// saving puts the two buttons below a figure, and those of its drawing where draw is left out.
export function saving(figure: HTMLElement, title = "", draw?: () => string, pixels = false): HTMLElement {
  const drawing = figure.querySelector<SVGSVGElement>("svg");
  if (draw || drawing) figure.append(saver(title, title, draw ?? (() => resolve(drawing!)), pixels));
  return figure;
}

const slug = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "picture";

function offer(b: Blob, file: string) {
  const url = URL.createObjectURL(b);
  h("a", { href: url, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function raster(url: string, scale: number): Promise<Blob> {
  const img = new Image();
  img.src = url;
  await img.decode();
  const canvas = h("canvas", { width: String(img.naturalWidth * scale), height: String(img.naturalHeight * scale) }) as HTMLCanvasElement;
  canvas.getContext("2d")!.drawImage(img, 0, 0, canvas.width, canvas.height);
  return new Promise((yes, no) => canvas.toBlob((b) => (b ? yes(b) : no(new Error("no picture"))), "image/png"));
}

const shapes = "rect, circle, ellipse, line, path, polyline, polygon, text, tspan";
const looks = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "opacity", "visibility"];
const letters = ["font-family", "font-size", "font-weight", "font-style", "text-anchor"];
const plain: Record<string, string> = {
  "fill-opacity": "1", "stroke-opacity": "1", opacity: "1", visibility: "visible", stroke: "none", "stroke-dasharray": "none", "font-style": "normal", "font-weight": "400", "text-anchor": "start",
};

// resolve is a drawing of the page as a file: its colours and letters no longer come
// from the page's style, and what is not seen is left out.
export function resolve(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const from = [drawing, ...drawing.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((e, i) => {
    const style = getComputedStyle(e), out = to[i];
    if (style.display === "none") { out.remove(); return; }
    for (const a of [...out.attributes]) if (/^(class|style|tabindex|role|aria-.*|data-.*)$/.test(a.name)) out.removeAttribute(a.name);
    if (!e.matches(shapes)) return;
    for (const p of e.matches("text, tspan") ? [...looks, ...letters] : looks) {
      const v = style.getPropertyValue(p);
      if (p.startsWith("stroke-") && style.stroke === "none") continue;
      if (v !== plain[p]) out.setAttribute(p, colour(v));
    }
  });
  const [, , w, tall] = (drawing.getAttribute("viewBox") ?? "0 0 420 300").split(" ").map(Number);
  const wide = Math.max(560, w);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(wide));
  copy.setAttribute("height", String(Math.round((wide * tall) / w)));
  const title = document.createElementNS(copy.namespaceURI, "title");
  title.textContent = drawing.getAttribute("aria-label");
  const ground = document.createElementNS(copy.namespaceURI, "rect");
  for (const [k, v] of [["width", String(w)], ["height", String(tall)], ["fill", colour(getComputedStyle(document.body).backgroundColor)]]) ground.setAttribute(k, v);
  copy.prepend(title, ground);
  return new XMLSerializer().serializeToString(copy);
}

// colour writes what the page computes as other programs read it: #a34a05.
const colour = (v: string) => v
  .replace(/rgba\(0, 0, 0, 0\)/, "none")
  .replace(/color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)\)/g, (_, ...c) => hash(c.slice(0, 3).map((x) => 255 * Number(x))))
  .replace(/rgb\((\d+), (\d+), (\d+)\)/g, (_, ...c) => hash(c.slice(0, 3).map(Number)));
const hash = (c: number[]) => "#" + c.map((x) => Math.round(x).toString(16).padStart(2, "0")).join("");

// flat is the file of a still picture in the colours of the page: its variables are
// replaced by what they mean in a light or a dark page.
export function flat(file: string, inDark: boolean): string {
  const rule = /@media \(prefers-color-scheme: dark\) \{([^{}]*\{[^{}]*\}\s*)\}/g;
  const one = file.replace(rule, inDark ? "$1" : "");
  const means = new Map<string, string>();
  for (const [, name, value] of one.matchAll(/(--[\w-]+):\s*([^;}]+)/g)) means.set(name, value.trim());
  return one.replace(/svg \{\s*(--[\w-]+:\s*[^;}]+;?\s*)+\}/g, "").replace(/var\((--[\w-]+)\)/g, (all, name) => means.get(name) ?? all);
}

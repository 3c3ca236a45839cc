// A stream cut into pieces: the cuts are dragged, the bytes keep their order.
import { svg } from "../dom";
import { text, width, type Figure } from "./touch";
import { list, many } from "./words";

const letters = "pongversion", messages = ["pong", "version"];
const step = 33, left = (width - step * letters.length) / 2;
const reads = 6; // at most

export function stream(f: Figure) {
  let cuts = [2, 7]; // where a read ends, by letters before it
  f.tall(262);
  const xOf = (at: number) => left + at * step;
  f.pic.append(text(left, 30, "", "the peer calls Write twice"));
  let from = 0;
  for (const m of messages) {
    f.pic.append(svg("rect", { x: xOf(from) + 3, y: 40, width: m.length * step - 6, height: 30, rx: 2, class: "b1" }));
    from += m.length;
  }
  f.pic.append(svg("rect", { x: left - 9, y: 104, width: step * letters.length + 18, height: 30, rx: 2, class: "plain" }));
  const boxes = svg("g"), handles = svg("g");
  for (let i = 0; i < letters.length; i++) {
    const x = xOf(i + 0.5);
    f.pic.append(svg("path", { d: `M${x} 70V104M${x} 134V176`, class: "rule" }), text(x, 60, "mid mono", letters[i]), text(x, 124, "mid mono", letters[i]));
  }
  f.pic.append(boxes);
  for (let i = 0; i < letters.length; i++) f.pic.append(text(xOf(i + 0.5), 196, "mid mono", letters[i]));
  const words = text(left, 248, "", "");
  f.pic.append(handles, words);

  const ends = () => [0, ...cuts, letters.length];
  const pieces = () => ends().slice(1).map((to, i) => letters.slice(ends()[i], to));
  const paint = (said: string) => {
    const now = pieces();
    boxes.replaceChildren(...now.map((p, i) => svg("rect", { x: xOf(ends()[i]) + 3, y: 176, width: p.length * step - 6, height: 30, rx: 2, class: "b2" })));
    words.textContent = `${many(now.length, "read")}: ${list(now.map((p) => String(p.length)))} ${now.length === 1 ? "bytes" : now.at(-1)!.length === 1 ? "byte" : "bytes"}`;
    cuts.forEach((at, i) => {
      const g = handles.children[i];
      g.setAttribute("transform", `translate(${xOf(at)} 0)`);
      for (const [k, v] of [["aria-valuemin", (cuts[i - 1] ?? 0) + 1], ["aria-valuemax", (cuts[i + 1] ?? letters.length) - 1], ["aria-valuenow", at], ["aria-valuetext", `after ${many(at, "byte")}`]] as const) g.setAttribute(k, String(v));
    });
    more.disabled = cuts.length + 1 >= Math.min(reads, letters.length);
    fewer.disabled = cuts.length === 0;
    const border = messages[0].length, whole = ends().includes(border);
    const mixed = now.findIndex((_, i) => ends()[i] < border && ends()[i + 1] > border);
    f.say(`${said}${now.map((p, i) => `Read ${i + 1} returns ${p}`).join(", ")}. ${whole ? "By chance, a read ends where pong ends." : `Read ${mixed + 1} has the end of pong and the start of version.`} Together they are still ${letters}.`);
  };
  const set = (i: number, to: number) => {
    const at = Math.max((cuts[i - 1] ?? 0) + 1, Math.min((cuts[i + 1] ?? letters.length) - 1, to));
    if (at === cuts[i]) return;
    cuts[i] = at;
    paint("");
  };
  const rebuild = (said: string) => {
    handles.replaceChildren(...cuts.map((_, i) => {
      const g = svg("g", { role: "slider", tabindex: 0, class: "cut-handle", "aria-label": `Cut after read ${i + 1}`, "aria-orientation": "horizontal" },
        svg("rect", { x: -11, y: 168, width: 22, height: 56, rx: 6, class: "grip" }), svg("path", { d: "M0 170V214", class: "lx thick" }), svg("circle", { cx: 0, cy: 215, r: 6, class: "fx" }));
      g.addEventListener("keydown", (e) => {
        const to: Record<string, number> = { ArrowLeft: cuts[i] - 1, ArrowDown: cuts[i] - 1, ArrowRight: cuts[i] + 1, ArrowUp: cuts[i] + 1, Home: 0, End: letters.length };
        const k = (e as KeyboardEvent).key;
        if (!(k in to)) return;
        e.preventDefault();
        e.stopPropagation();
        set(i, to[k]);
      });
      g.addEventListener("pointerdown", (e) => { g.setPointerCapture((e as PointerEvent).pointerId); g.focus(); e.preventDefault(); });
      g.addEventListener("pointermove", (e) => {
        const p = e as PointerEvent;
        if (!g.hasPointerCapture(p.pointerId)) return;
        const r = f.pic.getBoundingClientRect();
        set(i, Math.round((((p.clientX - r.left) / r.width) * width - left) / step));
      });
      return g;
    }));
    paint(said);
  };
  const more = f.button("One read more", () => {
    const e = ends(), sizes = e.slice(1).map((to, i) => to - e[i]), i = sizes.indexOf(Math.max(...sizes)); // the longest is cut in two
    cuts = [...cuts, e[i] + Math.floor(sizes[i] / 2)].sort((a, b) => a - b);
    rebuild(`${many(cuts.length + 1, "read")} now. `);
  });
  const fewer = f.button("One read fewer", () => { cuts = cuts.slice(0, -1); rebuild(`${many(cuts.length + 1, "read")} now. `); });
  f.button("Set back", () => { cuts = [2, 7]; rebuild(""); });
  rebuild("");
}

// Blocks and bytes over a wire that never rests: how much is here, by either count.
import { svg } from "../dom";
import type { Figure } from "./touch";
import { points, trace } from "./traced";
import { count } from "./words";

const tenth = 10; // steps of a second

export async function progress(f: Figure) {
  const t = await trace(f), [blocks, bytes, rate] = [...t.all("text", "bold")[0].textContent!.matchAll(/\d[\d,]*/g)].map((m) => Number(m[0].replace(/,/g, "")));
  const line = points(t.all("path", "l1")[0]), [[left, bottom], [right, top]] = points(t.all("path", "l2")[0]);
  const whole = line.filter(([, y], i) => i > 0 && y < line[i - 1][1]).map(([x]) => x); // where each block is whole
  const plumb = svg("path", { class: "lx dash" }), dots = ["f1", "f2"].map((kind) => svg("circle", { r: 4.5, class: kind }));
  const names = t.all("text", "small", "end").filter((n) => !n.classList.contains("quiet")); // of the large block: the plumb line passes under them
  names.forEach((n) => n.classList.add("halo"));
  names[0].before(plumb);
  f.pic.append(...dots);
  const most = Math.ceil((bytes / rate) * tenth);
  const start = Math.round(0.4 * most); // just before the large block
  const paint = (at: number) => {
    const here = Math.min(bytes, (at / tenth) * rate), x = left + ((right - left) * here) / bytes, n = whole.filter((w) => w <= x).length;
    const y = (share: number) => bottom - (bottom - top) * share;
    plumb.setAttribute("d", `M${x} ${bottom}V${top}`);
    [n / blocks, here / bytes].forEach((share, i) => { dots[i].setAttribute("cx", String(x)); dots[i].setAttribute("cy", String(y(share))); });
    return `After ${count(at / tenth, 1)} s: ${n} of ${blocks} blocks, ${Math.round((100 * n) / blocks)}%, and ${count(Math.round(here))} of ${count(bytes)} bytes, ${Math.round((100 * here) / bytes)}%.`;
  };
  const time = f.slider("Time", 0, most, start, (i) => `${count(i / tenth, 1)} s`, (i) => f.say(paint(i)));
  f.pic.addEventListener("pointermove", (e) => {
    if (!e.movementX && !e.movementY) return; // the page has moved under the mouse
    const r = f.pic.getBoundingClientRect(), at = Math.round(((((e.clientX - r.x) / r.width) * f.pic.viewBox.baseVal.width - left) / (right - left)) * (bytes / rate) * tenth);
    if (at < 0 || at > most || at === Number(time.input.value)) return;
    time.set(at);
    f.say(paint(at));
  });
  paint(start);
  f.say("Point at a moment, or move the slider: which count says how long the rest takes?");
}

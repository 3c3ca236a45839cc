// The sixty peers of lesson 4 in the lanes of as many workers as the slider says.
import { svg } from "../dom";
import { roving } from "./roving";
import { text, type Figure } from "./touch";
import { count, many } from "./words";

// How many milliseconds each peer takes, a second being the limit; those without an
// answer are below zero. They are the peers of the still picture.
const answers = [
  50.6, 213.5, -1000, -1000, -1000, -1000, 120.3, 101.7, -0, 84.9, -1000, -0, 117.7, 20.2, 124.3, 65.1, 47.6, 26.4, 43.8, -1000, 25.7, -1000, -1000, -1000, -1000, 318.2, 139.1, 28, 81.7, 53.6,
  184.1, 136.2, 130.6, -0, -1000, -1000, -1000, 29.2, 58.9, -1000, 334.7, 223.5, 587.9, -0, 23.4, 112.8, 79.3, 82.6, -1000, -20.9, 389.5, -0, 37.2, -1000, 37.7, -1000, -1000, 69.9, 252.2, -1000,
];
const steps = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 200, 300, 500, 700, 1000];
const left = 18, wide = 384, top = 96, most = 246; // of the lanes

interface Bar { from: number; to: number; lane: number; ok: boolean }

// shared is when each peer is asked if n workers share them: each takes the next when
// it is done.
function shared(n: number): Bar[] {
  const free = new Array<number>(Math.min(n, answers.length)).fill(0);
  return answers.map((a) => {
    const lane = free.indexOf(Math.min(...free)), from = free[lane];
    free[lane] += Math.abs(a);
    return { from, to: free[lane], lane, ok: a > 0 };
  });
}

const last = (all: Bar[]) => Math.max(...all.map((b) => b.to));
const seconds = (ms: number) => `${count(ms / 1000, 1)} s`;
const slowest = Math.max(...answers.map(Math.abs));

export function lanes(f: Figure) {
  f.tall(414);
  const alone = last(shared(1));
  const title = text(left, 28, "bold", ""), part = svg("rect", { x: left, y: 42, height: 12, class: "f1" }), ruler = svg("g"), bars = svg("g");
  f.pic.append(title, svg("rect", { x: left, y: 42, width: wide, height: 12, class: "faint" }), part,
    text(left, 72, "small quiet", `as a part of the ${seconds(alone)} that one worker takes`), ruler, bars,
    svg("rect", { x: left, y: 376, width: 13, height: 13, class: "f1" }), text(left + 20, 387, "", "answered"),
    svg("rect", { x: left + 110, y: 376, width: 13, height: 13, class: "f2" }), text(left + 130, 387, "", "no answer"),
    text(left, 407, "small quiet", "60 simulated peers; one bar each, as long as the wait"));
  const paint = (n: number, aloud: boolean) => {
    const all = shared(n), took = last(all), scale = wide / took, used = Math.min(n, answers.length), tall = Math.min(26, (most - 8) / used);
    title.textContent = `${many(n, "worker")}: ${seconds(took)}`;
    part.setAttribute("width", String(Math.max(1, (wide * took) / alone)));
    const unit = [0.2, 0.5, 1, 2, 5].find((s) => took / 1000 / s <= 6)!;
    ruler.replaceChildren();
    for (let s = 0; s <= took / 1000 + 1e-9; s += unit) {
      const x = left + s * 1000 * scale;
      ruler.append(svg("path", { d: `M${x} ${top - 6}V${top + most}`, class: "rule dash" }), text(x, top + most + 16, "small quiet " + (x > left + wide - 12 ? "end" : s ? "mid" : ""), `${count(s, unit < 1 ? 1 : 0)} s`));
    }
    const rects = all.map((b, i) => svg("rect", { x: left + b.from * scale, y: top + b.lane * tall, width: Math.max(1, (b.to - b.from) * scale - (tall > 8 ? 1 : 0.4)), height: Math.max(2, tall - Math.min(2, tall / 4)),
      class: b.ok ? "f1 peer" : "f2 peer", role: "img", "aria-label": said(b, i) }));
    bars.replaceChildren(...rects);
    roving(rects, 1, (i) => f.say(said(all[i], i)));
    rects.forEach((r, i) => r.addEventListener("pointerenter", () => f.say(said(all[i], i))));
    const idle = n - answers.length;
    const bound = took <= slowest + 1e-6;
    if (aloud) f.say(`${many(n, "worker")} take${n === 1 ? "s" : ""} ${seconds(took)}${n > 1 ? `, where one takes ${seconds(alone)}` : ""}. ${idle > 0 ? `${many(idle, "worker")} ${idle === 1 ? "has" : "have"} nothing to do: there are only 60 peers. ` : ""}${bound ? "The slowest peer is the bound: more workers do not help." : ""}`.trim());
  };
  const said = (b: Bar, i: number) => `Peer ${i + 1}, worker ${b.lane + 1}: from ${count(b.from)} to ${count(b.to)} ms, ${b.ok ? "answered" : "no answer"}`;
  const at = steps.indexOf(10);
  f.slider("Workers", 0, steps.length - 1, at, (i) => count(steps[i]), (i) => paint(steps[i], true));
  paint(10, false);
  f.say("Move the slider to give the peers more workers or fewer. A bar names its peer.");
}

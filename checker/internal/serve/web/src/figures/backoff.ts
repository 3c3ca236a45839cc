// When we ask again: two limits are moved, and the tries move on their time line.
import { svg } from "../dom";
import { text, type Figure } from "./touch";
import { list } from "./words";

const answers = [500, 429, 503, 502, 200], tries = 5, first = 1; // first wait, in seconds
const left = 30, right = 392;

// waits is what FetchWithRetry of the lesson does: how long it waits after each try, and
// whether it gives up then.
export function waits(after: number, longest: number) {
  const all: number[] = [];
  let backoff = Math.min(first, longest);
  for (let i = 0; i < tries; i++) {
    if (answers[i] === 200) return { all, gaveUp: false };
    const wait = answers[i] === 429 && after > 0 ? after : backoff;
    if (i === tries - 1 || wait > longest) return { all, gaveUp: true };
    all.push(wait);
    backoff += Math.min(backoff, longest - backoff);
  }
  return { all, gaveUp: true };
}

export function backoff(f: Figure) {
  let after = 5, longest = 8;
  f.tall(170);
  const line = svg("g"), title = text(18, 28, "bold", ""), end = text(18, 150, "", "");
  f.pic.append(title, line, end);
  const paint = (aloud: boolean) => {
    const { all, gaveUp } = waits(after, longest), total = all.reduce((a, b) => a + b, 0);
    const scale = (right - left - 24) / Math.max(total, 24);
    let at = left;
    const shapes: SVGElement[] = [];
    for (let i = 0; i <= all.length; i++) {
      const hue = answers[i] === 200 ? "f3" : "fx";
      shapes.push(svg("circle", { cx: at, cy: 82, r: 7, class: hue }), text(at, 112, `mid small ${hue}`, String(answers[i])));
      if (i === all.length) break;
      const to = at + Math.max(34, all[i] * scale);
      shapes.push(svg("path", { d: `M${at + 8} 82H${to - 8}`, class: "l2 thick" }), text((at + to) / 2, 70, "mid small", `${all[i]} s`));
      at = to;
    }
    line.replaceChildren(...shapes);
    title.textContent = gaveUp ? `Gives up after ${total} s` : `An answer after ${total} s`;
    title.setAttribute("class", gaveUp ? "bold fx" : "bold");
    end.textContent = gaveUp ? `Retry-After: ${after} is longer than Longest: ${longest} s.` : after ? `After 429 it waits as long as the server says: ${after} s.` : "No Retry-After: the waits double.";
    if (aloud) f.say(`${all.length ? `It waits ${list(all.map((w) => `${w} s`))}` : "It does not wait"}, and ${gaveUp ? `gives up: nobody should wait ${after} seconds if ${longest} are the limit.` : `the server answers after ${total} seconds.`}`);
  };
  f.slider("Retry-After", 0, 20, after, (v) => (v ? `${v} s` : "none"), (v) => { after = v; paint(true); });
  f.slider("Longest", 1, 20, longest, (v) => `${v} s`, (v) => { longest = v; paint(true); });
  paint(false);
  f.say(`Tries: ${tries}, Backoff: ${first} s. Move what the server says, and how long we wait at most.`);
}

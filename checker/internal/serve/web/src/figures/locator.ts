// A locator: where the peer's chain parts from ours is moved.
import { svg } from "../dom";
import { text, type Figure } from "./touch";
import { count, many } from "./words";

const left = 24, right = 396, y = 76;

// heights are those that Locator of the lesson names, the tip's first.
function heights(tip: number) {
  const all: number[] = [];
  for (let h = tip, step = 1; h > 0; h -= step) { all.push(h); if (all.length >= 10) step *= 2; }
  return [...all, 0];
}

export function locator(f: Figure) {
  const tips = [100, 1000, 14_131, 200_000, 900_000];
  let size = 2, back = 131;
  f.tall(196);
  const title = text(left, 28, "bold", ""), dots = svg("g"), fork = svg("path", { class: "lx dash" }), where = text(0, y + 50, "small mid", ""), end = text(right, y + 22, "small end", ""), first = text(left + 22, 157, "small", ""), again = text(left + 22, 178, "small", "");
  f.pic.append(title, svg("path", { d: `M${left} ${y}H${right}`, class: "rule" }), fork, dots, text(left, y + 22, "small", "block 0"), end, where, svg("circle", { cx: left + 6, cy: 152, r: 6.5, class: "f1" }), first, again);
  // The slider goes through distances as the scale does: by halves of powers of two.
  const distance = (s: number) => Math.min(Math.round(2 ** (s / 2)), tips[size]);
  const paint = (aloud: boolean) => {
    const tip = tips[size], at = tip - Math.min(back, tip), all = heights(tip), common = all.find((h) => h <= at)!;
    const x = (h: number) => right - ((right - left) * Math.log2(tip - h + 1)) / Math.log2(tip + 1);
    title.textContent = `${all.length} hashes for ${count(tip + 1)} blocks`;
    dots.replaceChildren(...all.map((h) => svg("circle", { cx: x(h), cy: y, r: h === common ? 6.5 : 4, class: h > at ? "b5" : "f1" })));
    fork.setAttribute("d", `M${x(at)} ${y - 22}V${y + 34}`);
    end.textContent = `block ${count(tip)}, the tip`;
    where.textContent = `the peer's chain parts from ours at block ${count(at)}`;
    where.setAttribute("x", String(Math.max(164, Math.min(256, x(at)))));
    first.textContent = `block ${count(common)}, the first that the peer has, too`;
    again.textContent = at === common ? "no header is sent again" : `${many(at - common, "header")} ${at - common === 1 ? "is" : "are"} sent again that we have`;
    if (aloud) f.say(`${all.length} hashes. A fork at block ${count(at)} is found at block ${count(common)}: ${at === common ? "no header is sent again." : `${many(at - common, "header")} too many.`}`);
  };
  const most = () => Math.ceil(2 * Math.log2(tips[size]));
  const forks = f.slider("Blocks after the fork", 0, most(), 14, (s) => count(distance(s)), (s) => { back = distance(s); paint(true); });
  f.slider("Length of the chain", 0, tips.length - 1, size, (i) => count(tips[i] + 1), (i) => {
    size = i;
    forks.input.max = String(most());
    forks.set(Math.min(Number(forks.input.value), most()));
    back = distance(Number(forks.input.value));
    paint(true);
  });
  paint(false);
  f.say("Move the fork, and the length of the chain: some 30 hashes do for 900,000 blocks.");
}

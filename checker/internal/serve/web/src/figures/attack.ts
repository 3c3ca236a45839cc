// The chance to catch up, by the attacker's share and the depth of the payment:
// section 11 of Nakamoto's paper, as the still picture computes it.
import { svg } from "../dom";
import { path, text, type Figure } from "./touch";
import { many, percent } from "./words";

const left = 62, wide = 330, top = 24, tall = 220, deepest = 50, decades = 5;

// overtakes is the chance that an attacker with share q of the work catches up from
// depth blocks after the payment.
function overtakes(q: number, depth: number) {
  if (q >= 0.5) return 1;
  const p = 1 - q, mean = (depth * q) / p;
  let poisson = Math.exp(-mean), sum = 1;
  for (let k = 0; k <= depth; k++) {
    if (k > 0) poisson *= mean / k;
    sum -= poisson * (1 - (q / p) ** (depth - k));
  }
  return Math.max(0, sum);
}

export function attack(f: Figure) {
  let share = 10, depth = 6;
  f.tall(336);
  const x = (d: number) => left + (wide * d) / deepest, y = (chance: number) => top + (tall * Math.min(decades, -Math.log10(Math.max(chance, 10 ** -decades)))) / decades;
  for (let d = 0; d <= decades; d++) {
    const at = top + (tall * d) / decades;
    f.pic.append(svg("path", { d: `M${left} ${at}H${left + wide}`, class: "rule dash" }), text(left - 6, at + 5, "end small", `${Number((100 * 10 ** -d).toPrecision(1))}%`));
  }
  for (let d = 0; d <= deepest; d += 10) f.pic.append(text(x(d), top + tall + 20, "mid small", String(d)));
  const line = svg("path", { class: "l1 thick" }), plumb = svg("path", { class: "lx dash" }), dot = svg("circle", { r: 6, class: "fx" });
  const title = text(14, top + tall + 68, "bold", ""), words = text(14, top + tall + 88, "", "");
  f.pic.append(text(left, top + tall + 42, "small quiet", "blocks on top of the payment"), line, plumb, dot, title, words);
  const paint = (aloud: boolean) => {
    const q = share / 100, chance = overtakes(q, depth);
    const points: [number, number][] = [];
    for (let d = 0; d <= deepest; d++) {
      const c = overtakes(q, d);
      points.push([x(d), y(c)]);
      if (c < 10 ** -decades) break;
    }
    line.setAttribute("d", path(points));
    plumb.setAttribute("d", `M${x(depth)} ${top + tall}V${y(chance)}`);
    dot.setAttribute("cx", String(x(depth)));
    dot.setAttribute("cy", String(y(chance)));
    title.textContent = `${share}% of the work, ${many(depth, "block")}: ${percent(chance)}`;
    words.textContent = share >= 50 ? "From half of the work on, waiting does not help." : chance < 0.001 ? "Less than one in a thousand." : `About one in ${Math.round(1 / chance)}.`;
    if (aloud) f.say(`With ${share}% of the work, an attacker overtakes ${many(depth, "block")} with a chance of ${percent(chance)}.${share >= 50 ? " From half of the work on, depth never helps." : share === 0 ? "" : ` For less than 0.1% wait for ${enough(q)}.`}`);
  };
  const enough = (q: number) => {
    for (let d = 0; d <= 2000; d++) if (overtakes(q, d) < 0.001) return many(d, "block");
    return "more than 2,000 blocks";
  };
  f.slider("Attacker's share", 0, 60, share, (v) => `${v}%`, (v) => { share = v; paint(true); });
  f.slider("Depth", 0, deepest, depth, (v) => many(v, "block"), (v) => { depth = v; paint(true); });
  paint(false);
  f.say("Move the two sliders: the attacker's share of the work, and how many blocks lie on top of the payment.");
}

// Unspent coins over the first blocks: move along, and stop at the first payment.
import { svg } from "../dom";
import type { Figure } from "./touch";
import { num, points, trace } from "./traced";
import { count } from "./words";

const every = 100, round = 10; // blocks between two points; the picture is no more exact than this

export async function coins(f: Figure) {
  const t = await trace(f), made = points(t.all("path", "l5")[0]), kept = points(t.all("path", "l1")[0]), grid = t.all("path", "rule").map((p) => points(p)[0][1]);
  const base = grid[0], unit = 5000 / (grid[0] - grid[1]), first = t.all("circle")[0], last = Number(/block ([\d,]+)/.exec(t.all("text", "end").find((e) => /block/.test(e.textContent!))!.textContent!)![1].replace(/,/g, ""));
  const plumb = svg("path", { class: "l2 dash" }), dot = svg("circle", { r: 5, class: "f1" });
  f.pic.append(plumb, dot);
  const about = (y: number) => count(Math.round(((base - y) * unit) / round) * round), height = (i: number) => Math.min(i * every, last);
  const at = (x: number, y: number) => {
    plumb.setAttribute("d", `M${x} ${base}V${y}`);
    dot.setAttribute("cx", String(x));
    dot.setAttribute("cy", String(y));
  };
  const s = f.slider("Block", 0, kept.length - 1, kept.length - 1, (i) => count(height(i)), (i) => {
    at(...kept[i]);
    f.say(`After block ${count(height(i))} about ${about(kept[i][1])} coins are unspent, of about ${about(made[i][1])} that were made.`);
  });
  f.button("Stop at block 170", () => {
    s.set(2);
    at(num(first, "cx"), num(first, "cy"));
    f.say("Block 170, on 12 January 2009: the first payment. Satoshi Nakamoto sends Hal Finney 10 of 50 BTC, and one coin becomes two.");
  });
  at(...kept.at(-1)!);
  f.say("Move along the blocks: each makes a coin, and few are spent yet.");
}

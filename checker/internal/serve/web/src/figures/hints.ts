// Hints: four blocks come in another order, and a sum ends at zero.
import { steps } from "./steps";
import type { Figure } from "./touch";
import { num, trace } from "./traced";
import { list } from "./words";

export async function hints(f: Figure) {
  const t = await trace(f), rows = t.all("rect", "plain").map((r) => {
    const y = num(r, "y"), all = t.between(y - 1, y + 30).filter((e) => y < 290), boxes = all.filter((e) => e.tagName === "rect" && e !== r);
    const name = (e: SVGElement) => t.words(num(e, "x") + 15, y + 19.8)!.textContent!, of = (kind: string) => boxes.filter((b) => b.classList.contains(kind)).map(name);
    return { all, block: name(r), kept: of("b3"), added: of("b1"), taken: of("b2"), sum: t.words(294, y + 20)!.textContent! };
  });
  steps(f, rows.length, rows.length, (at) => {
    rows.forEach((r, i) => r.all.forEach((e) => e.setAttribute("visibility", i < at ? "visible" : "hidden")));
    if (!at) return "No block is here yet, and the sum is 0.";
    const r = rows[at - 1], coins = (all: string[]) => `${all.length === 1 ? "coin" : "coins"} ${list(all)}`;
    const did = [r.kept.length ? `${coins(r.kept)} into the set` : "", r.added.length ? `${coins(r.added)} added to the sum` : "", r.taken.length ? `${coins(r.taken)} taken off` : ""].filter(Boolean);
    return `Block ${r.block} comes: ${list(did)}. The sum: ${r.sum}.${at === rows.length ? " It is zero, so every coin that was spent had been made." : ""}`;
  });
  f.say("Start again, and step through the blocks as they came.");
}

// A snapshot in layers: break a row, and one node is lost; cut the text, and all are.
import { press, roving } from "./roving";
import type { Figure } from "./touch";
import { cover, num, trace } from "./traced";
import { many } from "./words";

const agents = ["/a/", "/b/", "/c/"];

export async function layers(f: Figure) {
  const t = await trace(f), ys = [230, 252, 274], below = 126;
  let bad = [false, true, false], cut = false;
  const rows = ys.map((y) => ({ key: t.words(26, y)!, row: t.words(394, y)!, node: t.words(26, y + below)!, kind: t.words(394, y + below)! }));
  const parts = ys.map((y) => cover(f, 20, y - 15, 380, 20));
  const source = t.all("text", "mono").find((e) => num(e, "y") === 62)!, whole = source.textContent!, snapshot = t.all("text", "mono").find((e) => num(e, "y") === 148)!, parsed = snapshot.textContent!;
  const paint = () => {
    source.textContent = cut ? whole.replace("{…", "{") : whole;
    snapshot.textContent = cut ? "io.ErrUnexpectedEOF" : parsed;
    for (const e of [source, snapshot]) e.classList.toggle("fx", cut);
    rows.forEach((r, i) => {
      for (const e of [r.key, r.row, r.node, r.kind]) {
        e.setAttribute("visibility", cut ? "hidden" : "visible");
        e.classList.toggle("fx", bad[i]);
        e.classList.toggle("f3", !bad[i]);
      }
      r.row.textContent = `[… ${bad[i] ? "null" : `"${agents[i]}"`}, 1, 9, 3]`;
      r.kind.textContent = bad[i] ? "bad: user agent is null" : "a Node";
      parts[i].setAttribute("role", "checkbox");
      parts[i].setAttribute("aria-checked", String(bad[i]));
      parts[i].setAttribute("aria-label", `row ${i + 1} is broken`);
      parts[i].setAttribute("visibility", cut ? "hidden" : "visible");
    });
    cutter.setAttribute("aria-pressed", String(cut));
  };
  const words = () => {
    const n = bad.filter((b) => !b).length;
    return cut ? "The text ends too early: ReadJSON refuses all of it, and there are no rows to decode." : `${many(n, "row")} of 3 ${n === 1 ? "becomes a node" : "become nodes"}: a bad row costs a row.`;
  };
  roving(parts, 1, (i) => f.say(`Row ${i + 1} ${bad[i] ? "has null for its user agent" : "is whole"}. The space bar ${bad[i] ? "repairs" : "breaks"} it.`));
  press(parts, (i) => { bad[i] = !bad[i]; paint(); f.say(`Row ${i + 1} is ${bad[i] ? "broken" : "whole"} now. ${words()}`); });
  const cutter = f.button("Cut the text", () => { cut = !cut; paint(); f.say(words()); });
  f.button("Set back", () => { [bad, cut] = [[false, true, false], false]; paint(); f.say(words()); });
  paint();
  f.say("Click a row to break or repair it.");
}

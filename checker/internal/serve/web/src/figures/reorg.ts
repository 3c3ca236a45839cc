// A reorganisation, block by block as a node hears of them.
import { steps } from "./steps";
import type { Figure } from "./touch";
import { num, points, trace } from "./traced";

const order = [0, 1, 2, 3, 4, 5, 6]; // of the still picture's blocks: genesis, trunk, our two, their three

export async function reorg(f: Figure) {
  const t = await trace(f), rects = t.all("rect"), line = t.all("text").find((e) => num(e, "x") === 14)!, ours = t.all("text", "end"), fork = t.all("text", "small").filter((e) => num(e, "x") === 44 && num(e, "y") > 150), win = line.textContent!;
  const blocks = rects.map((r) => {
    const x = num(r, "x"), y = num(r, "y");
    return { rect: r, name: t.words(x + 33, y + 25)!, link: t.all("path").find((p) => { const e = points(p).at(-1)!; return e[0] === x && e[1] === y + 20; }) };
  });
  const height = [0, 1, 2, 3, 2, 3, 4];
  steps(f, 6, 6, (at) => {
    const won = at === 6;
    order.forEach((i) => {
      const b = blocks[i], here = i <= at, main = i < 2 || (won ? i >= 4 : i < 4);
      for (const e of [b.rect, b.name, ...(b.link ? [b.link] : [])]) e.setAttribute("visibility", here ? "visible" : "hidden");
      b.rect.setAttribute("class", main ? "b3" : "plain dash");
      b.link?.setAttribute("class", main ? "l3 thick" : "rule dash");
    });
    ours.forEach((e) => e.setAttribute("visibility", won ? "visible" : "hidden"));
    fork.forEach((e) => e.setAttribute("visibility", at >= 4 ? "visible" : "hidden"));
    line.textContent = won ? win : at >= 4 ? "Less work, or as much: our branch stays." : "One branch.";
    const name = blocks[at].name.textContent;
    return at === 0 ? "The genesis block, which every node has." : won ? `Block ${name} comes, and its branch has the most work: two blocks leave, three join, and payments of the two go back to the pool.` :
      at === 5 ? `Block ${name} comes. Both branches have as much work: the one that came first stays.` : at === 4 ? `Block ${name} comes, of height ${height[at]} like one of ours: a second branch, with less work.` : `Block ${name} comes, at height ${height[at]}: the tip.`;
  });
  f.say("Start again and step: the tree grows as a node hears of its blocks.");
}

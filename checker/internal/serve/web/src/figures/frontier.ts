// A crawl: how many peers are known, and how many were asked, after each of them.
import { svg } from "../dom";
import { text, type Figure } from "./touch";
import { points, trace } from "./traced";
import { many } from "./words";

export async function frontier(f: Figure) {
  const t = await trace(f), curve = points(t.all("path", "b2")[0]).slice(1, -1), base = points(t.all("path", "b3")[0])[0][1], end = curve.at(-1)!;
  const most = Number(t.words(46, end[1] + 5)!.textContent), known = (n: number) => Math.round(((base - curve[n][1]) / (base - end[1])) * most);
  const plumb = svg("path", { class: "lx dash" }), dot = t.all("circle")[0], title = text(96, 118, "bold", "");
  f.pic.insertBefore(plumb, dot);
  f.pic.append(title);
  const paint = (n: number) => {
    const [x, y] = curve[n], queue = known(n) - n;
    plumb.setAttribute("d", `M${x} ${base}V${y}`);
    dot.setAttribute("cx", String(x));
    dot.setAttribute("cy", String(y));
    title.textContent = `asked ${n}, in the queue ${queue}`;
    f.say(`After ${many(n, "peer")}: ${known(n)} known, ${queue} of them in the queue.${n > 0 && known(n) > known(n - 1) ? ` The last one named ${known(n) - known(n - 1)} new.` : ""}${queue ? "" : " The queue is empty and nobody is being asked: the crawl ends."}`);
  };
  f.slider("Peers asked", 0, curve.length - 1, curve.length - 1, String, paint);
  title.textContent = "";
  f.say("Move the slider, and see the queue grow and empty.");
}

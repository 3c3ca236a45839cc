// Mining: the target is moved, and the first hash that lies below it is found.
import { text, type Figure } from "./touch";
import { num, points, trace } from "./traced";
import { count } from "./words";

const top = 24, tall = 200, most = 11; // of the still picture: bits from top to bottom

export async function mining(f: Figure) {
  const t = await trace(f), below = t.all("rect", "b3")[0], line = t.all("path", "l3")[0], hit = t.all("circle")[0], title = t.all("text", "bold")[0];
  const dots = [...t.all("path", "l1")[0].getAttribute("d")!.matchAll(/M([\d.]+) ([\d.]+)h2/g)].map((m) => [Number(m[1]) + 1, Number(m[2])]);
  dots.push([num(hit, "cx"), num(hit, "cy")]);
  const [from, to] = points(line).map(([x]) => x), found = text(14, 296, "small quiet", "");
  f.pic.append(found);
  f.tall(312);
  const paint = (bits: number, aloud: boolean) => {
    const y = top + (tall * bits) / most, at = dots.findIndex(([, d]) => d >= y - 0.05), odds = 2 ** bits;
    below.setAttribute("y", String(y));
    below.setAttribute("height", String(top + tall - y));
    line.setAttribute("d", `M${from} ${y}L${to} ${y}`);
    title.setAttribute("y", String(Math.min(y + 22, top + tall - 6)));
    title.textContent = bits === 8 ? "target: one zero byte" : `target: ${bits} zero bits`;
    hit.setAttribute("visibility", at < 0 ? "hidden" : "visible");
    if (at >= 0) { hit.setAttribute("cx", String(dots[at][0])); hit.setAttribute("cy", String(dots[at][1])); }
    const words = at < 0 ? `None of ${count(dots.length)} hashes is below it; on average it takes ${count(odds)}.` : `Nonce ${count(at + 1)} is the first below it; on average it takes ${count(odds)}.`;
    found.textContent = words;
    if (aloud) f.say(`${bits} zero bits: one hash in ${count(odds)}. ${words}`);
  };
  f.slider("Zero bits", 0, most, 8, String, (v) => paint(v, true));
  paint(8, false);
  f.say("Move the target: each bit more doubles the work, each zero byte is 256 times the work.");
}

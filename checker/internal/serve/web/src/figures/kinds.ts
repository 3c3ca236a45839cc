// Ten thousand nodes by network: point at one, and its dots stand out.
import type { Figure } from "./touch";
import { cover, choice, num, trace } from "./traced";
import { count, percent } from "./words";

const without = ["Tor", "I2P"]; // networks whose nodes have a name instead of an IP address

export async function kinds(f: Figure) {
  const t = await trace(f), dots = t.all("path");
  const all = t.all("rect").map((r, i) => {
    const x = num(r, "x"), y = num(r, "y") + 11;
    return { x, y, dots: dots[i], name: t.words(x + 20, y)!.textContent!, nodes: Number(t.words(x + 172, y)!.textContent!.replace(/,/g, "")) };
  });
  const sum = all.reduce((n, k) => n + k.nodes, 0), words = (i: number) => `${all[i].name}: ${count(all[i].nodes)} of ${count(sum)} nodes, ${percent(all[i].nodes / sum)}.`;
  const met = (i: number) => {
    all.forEach((k, n) => k.dots.setAttribute("opacity", n === i ? "1" : ".18"));
    f.say(`${words(i)} ${without.includes(all[i].name) ? "They have a name, and no IP address." : "They have an IP address."}`);
  };
  choice(all.map((k) => cover(f, k.x - 5, k.y - 16, 184, 22)), words, met, 2);
  dots.forEach((d, i) => d.addEventListener("pointerenter", () => met(i)));
  f.pic.addEventListener("pointerleave", () => all.forEach((k) => k.dots.setAttribute("opacity", "1")));
  f.say("Point at a network, or choose one with the arrows.");
}

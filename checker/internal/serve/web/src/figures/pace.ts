// Minutes between blocks, window by window: point at a bar.
import type { Figure } from "./touch";
import { choice, num, trace } from "./traced";

const aim = 10, blocks = 2016;

export async function pace(f: Figure) {
  const t = await trace(f), bars = t.all("rect"), of = bars.map((b) => {
    const y = num(b, "y") + 15;
    return { from: t.words(18, y)!.textContent!, minutes: Number(t.all("text").find((e) => num(e, "y") === y && num(e, "x") > num(b, "x"))!.textContent) };
  });
  const words = (i: number) => `From ${of[i].from}: ${of[i].minutes.toFixed(1)} minutes per block`;
  choice(bars, words, (i) => {
    bars.forEach((b, k) => b.setAttribute("opacity", k === i ? "1" : ".45"));
    f.say(`${words(i)}, ${Math.round((of[i].minutes / aim - 1) * 100)}% slower than the aim. The window took ${((of[i].minutes * (blocks - 1)) / 60 / 24).toFixed(1)} days instead of 14.`);
  });
  f.say("Point at a bar, or choose one with the arrows.");
}

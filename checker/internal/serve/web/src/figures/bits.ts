// Four bytes for a target of 64: a size and the first three bytes of a number.
import { svg } from "../dom";
import { box, fit, text, type Figure } from "./touch";
import { count, hex } from "./words";

const bytes = 64, shown = 8, left = 14, wide = 33;

export function bits(f: Figure) {
  let size = 0x3f, number = 0x00ffff;
  f.tall(330);
  const compact = text(left, 58, "mono bold", ""), boxes = svg("g"), more = text(left, 150, "small quiet", ""), hashes = text(left, 192, "bold", ""), scale = svg("g"), needle = svg("path", { class: "f2" });
  const x = (log: number) => 18 + (384 * Math.max(0, Math.min(512, log))) / 512;
  f.pic.append(text(left, 28, "", "bits: a size and a number"), compact, text(left, 84, "small quiet", `the first ${shown} of the target's ${bytes} bytes`), boxes, more,
    text(left, 172, "", "hashes that it takes on average:"), hashes, scale, needle,
    text(18, 296, "small quiet", "2⁰ hashes"), text(402, 296, "small quiet end", "2⁵¹² hashes"), svg("rect", { x: 18, y: 262, width: 384, height: 12, class: "b2" }),
    text(18, 320, "small", "work, on a log scale: a lower target is more work"));
  // targetOf is TargetOf of the lesson, with why there is none.
  const targetOf = (): { target: bigint; why: string } => {
    const n = BigInt(number);
    const target = size >= 3 ? n << BigInt(8 * (size - 3)) : n >> BigInt(8 * (3 - size));
    const why = number === 0 ? "the number is 0" : number > 0x7fffff ? "the number is above 7fffff, Bitcoin's sign bit" : target === 0n ? "the target is below 1" : target >= 1n << 512n ? "the target has more than 64 bytes" : "";
    return { target, why };
  };
  const paint = (aloud: boolean) => {
    const { target, why } = targetOf(), word = hex([size, number >> 16, (number >> 8) & 255, number & 255], "");
    compact.textContent = `${word.slice(0, 2)} ${word.slice(2)}`;
    const all = why && target >= 1n << 512n ? [] : (target.toString(16).padStart(2 * bytes, "0").match(/../g) ?? []);
    const first = bytes - size;
    boxes.replaceChildren(...Array.from({ length: shown }, (_, i) => box(left + (wide + 2) * i, 94, wide, 30, why ? "bx" : i < first ? "faint" : i < first + 3 ? "b2" : "plain", "mono", why ? "" : all[i])).flat(), text(left + (wide + 2) * shown + 6, 113, "quiet", "..."));
    const zeros = all.findIndex((b) => b !== "00");
    more.textContent = why ? "TargetOf returns ErrBits" : zeros >= shown ? `the first byte that is not zero is byte ${zeros}` : "";
    more.setAttribute("class", why ? "small fx bold" : "small quiet");
    const work = why ? 0n : (1n << 512n) / (target + 1n);
    const log = work > 0n ? work.toString(2).length - 1 : 0;
    hashes.textContent = why ? "none: " + why : log < 64 ? count(work) : `about 2^${log}`;
    fit(hashes, 392);
    needle.setAttribute("d", why ? "" : `M${x(log)} 260L${x(log) - 6} 248H${x(log) + 6}Z`);
    if (aloud) f.say(why ? `${word} is no target: ${why}.` : `${word}: a size of ${size} bytes and the number ${hex([number >> 16, (number >> 8) & 255, number & 255])}. It takes ${log < 64 ? count(work) : `about 2 to the power of ${log}`} ${work === 1n ? "hash" : "hashes"} on average.`);
  };
  f.slider("Size", 0, 66, size, (v) => `${v} bytes`, (v) => { size = v; paint(true); });
  const top = f.slider("Number, upper byte", 0, 255, number >> 16, (v) => hex([v]), (v) => { number = (v << 16) | (number & 0xffff); paint(true); });
  const rest = f.slider("Number, the other two", 0, 0xffff, number & 0xffff, (v) => hex([v >> 8, v & 255]), (v) => { number = (number & 0xff0000) | v; paint(true); });
  f.button("One bit easier", () => { number = Math.min(0xffffff, number * 2); top.set(number >> 16); rest.set(number & 0xffff); paint(true); });
  f.button("One bit harder", () => { number = number >> 1; top.set(number >> 16); rest.set(number & 0xffff); paint(true); });
  paint(false);
  f.say("Move the size, and the target moves by whole bytes: one less is 256 times the work.");
}

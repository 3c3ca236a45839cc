// A number on its way through the four forms of a CompactSize.
import { svg } from "../dom";
import { fit, text, type Figure } from "./touch";
import { count, hex, many } from "./words";

const forms = [
  { size: 1, least: 0n, below: 253n, hue: 3, marker: "" },
  { size: 3, least: 253n, below: 1n << 16n, hue: 1, marker: "fd" },
  { size: 5, least: 1n << 16n, below: 1n << 32n, hue: 4, marker: "fe" },
  { size: 9, least: 1n << 32n, below: 1n << 64n, hue: 2, marker: "ff" },
];
const words = ["0 to 252", "253 to 2¹⁶ − 1", "2¹⁶ to 2³² − 1", "2³² to 2⁶⁴ − 1"];
const top = (1n << 64n) - 1n;
const fine = 20; // steps of the slider for each power of two

// encode is AppendCompactSize of the lesson, in the form that is asked for.
function encode(n: bigint, f = formOf(n)): number[] {
  const body = f.size === 1 ? 1 : f.size - 1;
  return [...(f.marker ? [parseInt(f.marker, 16)] : []), ...Array.from({ length: body }, (_, i) => Number((n >> BigInt(8 * i)) & 255n))];
}
const formOf = (n: bigint) => forms.find((f) => n < f.below)!;
const log = (n: bigint) => (n < 1n ? 0 : Math.log2(Number(n)));

export function compactsize(f: Figure) {
  let n = 252n;
  f.tall(360);
  const x = (power: number) => 18 + (384 * power) / 64;
  f.pic.append(text(18, 26, "small quiet", "bytes needed, for the numbers from 1 to 2⁶⁴ (log scale)"));
  let from = 18;
  const bands = forms.map((form) => {
    const to = x(log(form.below)), r = svg("rect", { x: from, y: 34, width: to - from - 2, height: 22, class: `b${form.hue}` });
    f.pic.append(r, text((from + to) / 2, 50, "mid small bold", String(form.size)));
    from = to;
    return r;
  });
  const needle = svg("path", { class: "f5" }), title = text(18, 100, "bold", ""), said = text(18, 122, "small quiet", "");
  const boxes = svg("g");
  f.pic.append(needle, title, said, boxes);
  const rows = forms.map((form, i) => {
    const y = 214 + 26 * i, mark = text(18, y, "bold", ""), range = text(36, y, "small", words[i]), size = text(190, y, "small", `${many(form.size, "byte")}${form.marker ? `, the first is ${form.marker}` : ": the number"}`);
    f.pic.append(mark, range, size);
    return { mark, all: [range, size] };
  });
  const refused = [text(18, 326, "", ""), text(90, 326, "mono bold fx", ""), text(18, 346, "small quiet", "")];
  f.pic.append(...refused);
  const paint = (aloud: boolean) => {
    const b = encode(n), form = formOf(n), at = x(log(n)), was = boxes.children.length;
    needle.setAttribute("d", `M${at} 59L${at - 6} 70H${at + 6}Z`);
    title.textContent = count(n);
    fit(title, 384);
    said.textContent = `is written in ${many(form.size, "byte")}`;
    boxes.replaceChildren(...b.map((v, i) => svg("g", {}, svg("rect", { x: 18 + 42 * i, y: 136, width: 40, height: 34, rx: 2, class: i === 0 && form.marker ? `b${form.hue} thick` : `b${form.hue}` }),
      text(38 + 42 * i, 157.8, "mid mono" + (i === 0 && form.marker ? " bold" : ""), hex([v])))));
    forms.forEach((o, i) => {
      rows[i].mark.textContent = o === form ? "▸" : "";
      rows[i].all.forEach((t) => t.setAttribute("class", o === form ? "small bold" : "small quiet"));
      bands[i].setAttribute("class", o === form ? `b${o.hue} thick` : `b${o.hue}`);
    });
    const longer = forms[forms.indexOf(form) + 1];
    refused[0].textContent = longer ? "refused:" : "";
    refused[1].textContent = longer ? hex(encode(n, longer)) : "";
    refused[2].textContent = longer ? "the same number in a longer form" : "";
    down.disabled = n === 0n;
    up.disabled = n === top;
    if (aloud) f.say(`${count(n)} is written ${hex(b)}, in ${many(b.length, "byte")}.${was && was !== b.length ? ` The form has changed: it was ${many(was, "byte")}.` : ""}`);
  };
  const slider = f.slider("Number", 0, 64 * fine, Math.round(log(n) * fine), () => count(n), (at) => { n = at === 64 * fine ? top : at === 0 ? 0n : BigInt(Math.round(2 ** (at / fine))); slider.set(at); paint(true); });
  const put = (to: bigint) => { n = to < 0n ? 0n : to > top ? top : to; slider.set(Math.round(log(n) * fine)); paint(true); };
  const down = f.button("−1", () => put(n - 1n)), up = f.button("+1", () => put(n + 1n));
  down.setAttribute("aria-label", "Number −1");
  up.setAttribute("aria-label", "Number +1");
  for (const [label, at] of [["252", 252n], ["65,535", 65535n], ["2³² − 1", (1n << 32n) - 1n]] as const) f.button(label, () => put(at));
  paint(false);
  f.say("Move the slider, or step over a border with +1: 252 takes one byte, 253 three.");
}

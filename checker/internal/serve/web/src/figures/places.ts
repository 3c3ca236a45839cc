// Four bytes as two numbers: each byte counts by its place, from the left or from the right.
import { svg } from "../dom";
import { roving } from "./roving";
import { text, type Figure } from "./touch";
import { count, hex } from "./words";

const bytes = [0xf5, 0x95, 0x88, 0x05]; // of the still picture
const left = 40, step = 90, size = 70;
const weight = (place: number) => 256 ** place;

export function places(f: Figure) {
  let b = bytes.slice();
  f.tall(300);
  const little = text(18, 28, "bold f1", ""), big = text(18, 264, "bold f2", "");
  f.pic.append(little, big, text(18, 52, "small quiet", "each byte counts times"), text(18, 286, "small quiet", "the same bytes, the heavy end on the left"));
  const cells = b.map((_, i) => {
    const x = left + step * i, bar = (place: number, up: boolean) => {
      const tall = 3 + (37 * place) / 3;
      return svg("rect", { x: x + size / 2 - 7, y: up ? 122 - tall : 178, width: 14, height: tall, class: up ? "f1" : "f2" });
    };
    f.pic.append(bar(i, true), bar(3 - i, false), text(x + size / 2, 74, "mid small", count(weight(i))), text(x + size / 2, 236, "mid small", count(weight(3 - i))));
    return svg("g", { role: "spinbutton", "aria-valuemin": 0, "aria-valuemax": 255 }, svg("rect", { x, y: 128, width: size, height: 44, rx: 2, class: "plain" }),
      text(x + size / 2, 147, "mid mono bold", ""), text(x + size / 2, 165, "mid small quiet", ""));
  });
  f.pic.append(svg("g", {}, ...cells));
  const value = (place: (i: number) => number) => b.reduce((n, v, i) => n + v * weight(place(i)), 0);
  const paint = () => {
    little.textContent = `little endian: ${count(value((i) => i))}`;
    big.textContent = `big endian: ${count(value((i) => 3 - i))}`;
    cells.forEach((c, i) => {
      c.children[1].textContent = hex([b[i]]);
      c.children[2].textContent = String(b[i]);
      for (const [k, v] of [["aria-valuenow", b[i]], ["aria-valuetext", `${hex([b[i]])}, ${b[i]}`], ["aria-label", `byte ${i}`]] as const) c.setAttribute(k, String(v));
    });
  };
  const numbers = () => `As little endian they are ${count(value((i) => i))}, as big endian ${count(value((i) => 3 - i))}.`;
  const move = roving(cells, 4, (i) => f.say(`Byte ${i} is ${hex([b[i]])}, which is ${b[i]}. It counts ${count(weight(i))} times as little endian, ${count(weight(3 - i))} times as big endian.`));
  const add = (by: number) => {
    b[move.at] = (b[move.at] + by + 256) % 256;
    paint();
    f.say(`Byte ${move.at} is ${hex([b[move.at]])} now. ${numbers()}`);
  };
  cells.forEach((c) => c.addEventListener("keydown", (e) => {
    const by = ({ ArrowUp: 1, ArrowDown: -1, PageUp: 16, PageDown: -16 } as Record<string, number>)[(e as KeyboardEvent).key];
    if (!by) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    add(by);
  }, { capture: true }));
  f.button("−1", () => add(-1)).setAttribute("aria-label", "Chosen byte −1");
  f.button("+1", () => add(1)).setAttribute("aria-label", "Chosen byte +1");
  f.button("Reverse the bytes", () => { b.reverse(); paint(); f.say(`The bytes are ${hex(b)} now, and the two numbers have changed places. ${numbers()}`); });
  f.button("Set back", () => { b = bytes.slice(); paint(); f.say(`The bytes are ${hex(b)} again. ${numbers()}`); });
  paint();
  f.say("Choose a byte; the arrows up and down change it. The same bytes are two numbers.");
}

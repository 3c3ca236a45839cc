// Send, receive and close on four kinds of channel: choose one, and see where its goroutine is.
import { svg } from "../dom";
import { text, type Figure } from "./touch";
import { choice, num, trace } from "./traced";

const why = [
  "Nobody can ever receive from a channel that is nil.", "There is room for the value.", "The buffer is full: it goes on when somebody receives.", "A channel that is closed takes no values.",
  "Nobody can ever send to a channel that is nil.", "There is no value: it goes on when somebody sends.", "It gets the value that waits.", "A closed channel gives zero values, and ok is false.",
  "There is nothing to close.", "Whoever waits for a value gets zero.", "The values in it can still be received.", "It was closed before.",
];

export async function channels(f: Figure) {
  const t = await trace(f), cells = t.all("rect"), kinds = t.all("text", "mid", "bold").filter((e) => num(e, "y") === 40).map((e) => e.textContent!), ops = t.all("text", "mono").map((e) => e.textContent!);
  t.all("text", "quiet").forEach((e) => e.setAttribute("visibility", "hidden"));
  const dot = svg("circle", { cy: 244, r: 8 }), gate = svg("path", { d: "M210 226V262", class: "rule thick" }), op = text(218, 230, "mono small", "");
  f.pic.append(svg("path", { d: "M20 244H400", class: "rule" }), gate, op, dot);
  const outcome = (i: number) => [t.words(num(cells[i], "x") + 38, num(cells[i], "y") + 22), t.words(num(cells[i], "x") + 38, num(cells[i], "y") + 40)].map((e) => e?.textContent ?? "").join(" ").trim();
  const words = (i: number) => `${ops[Math.floor(i / 4)]} on a channel that is ${kinds[i % 4]}: ${outcome(i)}.`;
  const met = (i: number) => {
    const [state] = outcome(i).split(" "), [x, hue] = ({ waits: [190, "f2"], works: [330, "f3"], panics: [210, "fx"] } as Record<string, [number, string]>)[state];
    cells.forEach((c, k) => c.classList.toggle("thick", k === i));
    dot.setAttribute("cx", String(x));
    dot.setAttribute("class", hue);
    op.textContent = ops[Math.floor(i / 4)];
    f.say(`${words(i)} ${why[i]}`);
  };
  choice(cells, words, met, 4);
  met(0);
  f.say("Point at a cell: the dot is the goroutine, before or after the operation. Empty and full are channels with room for one value.");
}

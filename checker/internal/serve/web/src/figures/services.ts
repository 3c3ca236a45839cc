// The 64 bits of a peer's services: each can be set and taken back.
import { svg } from "../dom";
import { roving } from "./roving";
import { box, fit, text, type Figure } from "./touch";
import { count, hex, list } from "./words";

// The names of the lesson.
const names: Record<number, [string, string]> = {
  0: ["NETWORK", "serves the whole chain"], 1: ["GETUTXO", "looked up coins, which no node does today"], 2: ["BLOOM", "filters transactions for a wallet"], 3: ["WITNESS", "sends blocks with their witnesses"],
  6: ["COMPACT_FILTERS", "serves compact filters of blocks"], 10: ["NETWORK_LIMITED", "serves the last 288 blocks"], 11: ["P2P_V2", "encrypts its connections"],
};
const peers = 1n | 1n << 2n | 1n << 3n | 1n << 10n; // of the still picture
const size = 25;

export function services(f: Figure) {
  let bits = peers;
  f.tall(342);
  const title = text(18, 28, "", ""), bytes = text(18, 282, "mono", ""), named = svg("g");
  const cells = Array.from({ length: 64 }, (_, i) => svg("g", { role: "checkbox", class: "bit" }, ...box(18 + size * (i % 8), 44 + size * Math.floor(i / 8), size - 2, size - 2, "plain", "small quiet", String(i))));
  f.pic.append(title, svg("g", {}, ...cells), named, bytes, text(18, 263, "small quiet", "on the wire, the lowest byte first"),
    text(18, 312, "", "Each bit is a promise. Those without a name"), text(18, 330, "", "are kept: somebody may give them one."));
  const has = (i: number) => (bits & (1n << BigInt(i))) !== 0n;
  const name = (i: number) => (names[i] ? `bit ${i}, ${names[i][0]}` : `bit ${i}, which has no name`);
  const paint = () => {
    title.textContent = `services ${count(bits)}, bit by bit`;
    fit(title, 384);
    bytes.textContent = hex(Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n)));
    cells.forEach((c, i) => {
      c.setAttribute("aria-checked", String(has(i)));
      c.setAttribute("aria-label", name(i));
      c.firstElementChild!.setAttribute("class", has(i) ? "b2 thick" : "plain");
      c.lastElementChild!.setAttribute("class", has(i) ? "mid small bold" : "mid small quiet");
    });
    const set = cells.map((_, i) => i).filter(has), known = set.filter((i) => names[i]), lines = known.map((i): [string, string] => [String(i), names[i][0]]);
    if (set.length > known.length) lines.push(["", `${set.length - known.length} without a name`]);
    named.replaceChildren();
    lines.forEach(([bit, word], k) => {
      const t = text(262, 60 + 25 * k, "mono small", word);
      named.append(text(252, 60 + 25 * k, "end small bold", bit), t);
      fit(t, 148);
    });
  };
  const flip = (i: number) => {
    bits ^= 1n << BigInt(i);
    paint();
    const w = names[i];
    f.say(`${has(i) ? "Set" : "Cleared"}: ${name(i)}. ${w ? `The peer ${has(i) ? "now says that it" : "no longer says that it"} ${w[1]}. ` : ""}The services are ${count(bits)}.`);
  };
  roving(cells, 8, (i) => f.say(`${name(i)[0].toUpperCase()}${name(i).slice(1)}: ${has(i) ? "set" : "not set"}. Worth ${count(1n << BigInt(i))}.`));
  cells.forEach((c, i) => {
    c.addEventListener("click", () => flip(i));
    c.addEventListener("keydown", (e) => {
      const k = (e as KeyboardEvent).key;
      if (k !== " " && k !== "Enter") return;
      e.preventDefault();
      e.stopPropagation();
      flip(i);
    });
  });
  f.button("Set back", () => { bits = peers; paint(); f.say(`The services are ${count(bits)}: ${list([0, 2, 3, 10].map(name))}.`); });
  paint();
  f.say("Click a bit, or move with the arrows and press the space bar.");
}

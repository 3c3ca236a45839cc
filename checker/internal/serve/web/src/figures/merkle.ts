// The merkle tree of lesson 5: a leaf that is chosen lights up its path and its proof,
// one that is altered changes every label up to the root.
import { svg } from "../dom";
import { roving } from "./roving";
import { box, text, type Figure } from "./touch";
import { hex, list, many } from "./words";

interface Node { name: string; x: number; y: number; children: Node[]; leaf: number; label: Uint8Array<ArrayBuffer>; was: string; box: SVGElement; text: SVGElement; sign: SVGElement; lines: SVGElement[] }

const top = 20, step = 74, bottom = 242, wide = 74;

// hashOf and the labels are those of the lesson: SHA-512, with a prefix.
const hashOf = async (...parts: Uint8Array<ArrayBuffer>[]) => new Uint8Array(await crypto.subtle.digest("SHA-512", await new Blob(parts).arrayBuffer()));
const labelled = (prefix: number, hash: Uint8Array) => Uint8Array.from([prefix, ...hash]);

export function merkle(f: Figure) {
  f.tall(368);
  const made = (name: string, x: number, y: number, children: Node[], leaf = -1): Node =>
    ({ name, x, y, children, leaf, label: new Uint8Array(0), was: "", box: svg("g"), text: svg("g"), sign: svg("g"), lines: [] });
  const leaves = [0, 1, 2, 3, 4].map((i) => made(`leaf ${i + 1}`, 46 + 82 * i, bottom, [], i));
  const left = made("the label above leaves 1 and 2", 87, top + 2 * step, leaves.slice(0, 2)), right = made("the label above leaves 3 and 4", 251, top + 2 * step, leaves.slice(2, 4));
  const full = made("the label above leaves 1 to 4", 169, top + step, [left, right]), lone = made("the label above leaf 5", 374, top + step, [leaves[4]]);
  const root = made("the root", 271.5, top, [full, lone]);
  const all = [...leaves, left, right, full, lone, root]; // children first

  const under = svg("g"), over = svg("g"), touched = svg("g");
  f.pic.append(under, over, touched);
  for (const n of all) {
    const [r, t] = box(n.x - wide / 2, n.y, wide, 34, "plain", "mono", "");
    n.box = r; n.text = t;
    const rightOf = all.find((o) => o.children.includes(n))?.x ?? 0; // the line to the label above leaves on that side
    n.sign = rightOf > n.x ? text(n.x - wide / 2 + 3, n.y - 4, "small bold fx changed", "") : text(n.x + wide / 2 - 3, n.y - 4, "end small bold fx changed", "");
    for (const c of n.children) { const l = svg("path", { d: `M${n.x} ${n.y + 34}L${c.x} ${c.y}`, class: "rule" }); n.lines.push(l); under.append(l); }
    if (n.leaf < 0) over.append(r, t);
    over.append(n.sign);
  }
  const versions = leaves.map(() => 0); // how often each leaf was altered
  const parts = leaves.map((n) => {
    const g = svg("g", { role: "radio", "aria-checked": "false", class: "leaf" }, n.box, n.text);
    touched.append(g);
    return g;
  });
  touched.setAttribute("role", "radiogroup");
  touched.setAttribute("aria-label", "The leaf that is proved");
  const under1 = leaves.map((n) => { const t = text(n.x, bottom + 51, "mid small", ""); over.append(t); return t; });
  over.append(svg("rect", { x: 14, y: bottom + 74, width: 13, height: 13, rx: 2, class: "b1" }), text(34, bottom + 85, "", "hashed by you"));
  const proofWords = text(180, bottom + 85, "", "");
  over.append(svg("rect", { x: 160, y: bottom + 74, width: 13, height: 13, rx: 2, class: "b2" }), proofWords,
    text(14, bottom + 109, "small bold fx", "≠"), text(34, bottom + 109, "small", "changed by the altered leaf"));

  let chosen = 0, round = 0;
  const pathOf = (i: number) => {
    const path = [leaves[i]], proof: Node[] = [];
    for (;;) {
      const at = path.at(-1)!, up = all.find((n) => n.children.includes(at));
      if (!up) return { path, proof };
      proof.push(...up.children.filter((c) => c !== at));
      path.push(up);
    }
  };
  const short = (n: Node) => hex(n.label.subarray(0, 3)).replace(/^(..) (..) (..)$/, "$1 $2$3");
  const words = (n: Node) => `${n.name} ${short(n)}`;
  const paint = () => {
    const { path, proof } = pathOf(chosen);
    for (const n of all) {
      n.text.textContent = short(n);
      n.box.setAttribute("class", path.includes(n) ? "b1" : proof.includes(n) ? "b2" : "plain");
      n.sign.textContent = n.was !== "" && n.was !== hex(n.label) ? "≠" : "";
      n.children.forEach((c, i) => n.lines[i].setAttribute("class", path.includes(n) && path.includes(c) ? "l1 thick" : "rule"));
    }
    leaves.forEach((n, i) => {
      under1[i].textContent = i === chosen ? "the leaf" : `leaf ${i + 1}`;
      parts[i].setAttribute("aria-checked", String(i === chosen));
      parts[i].setAttribute("aria-label", `leaf ${i + 1}, label ${short(n)}`);
    });
    proofWords.textContent = `the proof: ${many(proof.length, "label")}`;
  };
  const compute = async () => {
    const mine = ++round;
    for (const n of all) {
      const i = n.leaf;
      const label = i >= 0
        ? labelled(0, await hashOf(Uint8Array.from(versions[i] ? [i, versions[i]] : [i])))
        : labelled(1, await hashOf(...n.children.map((c) => c.label)));
      if (mine !== round) return false;
      n.label = label;
    }
    if (all.every((n) => n.was === "")) for (const n of all) n.was = hex(n.label);
    paint();
    back.disabled = versions.every((v) => v === 0);
    return true;
  };
  const choose = (i: number) => {
    chosen = i;
    paint();
    const { path, proof } = pathOf(i);
    f.say(`Leaf ${i + 1}: ${many(proof.length, "label")} prove${proof.length === 1 ? "s" : ""} it, ${list(proof.map(words))}. With ${proof.length === 1 ? "it" : "them"} you compute ${list(path.slice(1).map((n) => n.name))}, and compare the last one.`);
  };
  roving(parts, 5, choose);
  f.button("Alter the leaf", async () => {
    const before = all.map((n) => hex(n.label));
    versions[chosen]++;
    if (!(await compute())) return;
    const changed = all.filter((n, i) => hex(n.label) !== before[i] && n.leaf < 0);
    f.say(`Leaf ${chosen + 1} is altered. ${many(changed.length, "label")} above it changed: ${list(changed.map((n) => `${n.name} is now ${short(n)}`))}. The other ${all.length - changed.length - 1} labels stay.`);
  });
  const back = f.button("Set back", async () => {
    versions.fill(0);
    if (await compute()) f.say(`All leaves are as they were, and so is the root: ${short(root)}.`);
  });
  f.say("Choose a leaf to see its path and what proves it. The arrows move.");
  void compute().then(() => paint());
}

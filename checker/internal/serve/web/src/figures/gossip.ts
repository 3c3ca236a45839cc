// A mesh of nodes: choose who finds the block, cut links, and see how far it comes.
import { svg } from "../dom";
import { press, roving } from "./roving";
import { text, type Figure } from "./touch";
import { list, many } from "./words";

// The mesh of the still picture.
const at = [[60, 120], [130, 48], [140, 190], [210, 118], [285, 52], [290, 196], [360, 124], [216, 246]];
const links = [[0, 1], [0, 2], [1, 3], [2, 3], [1, 4], [3, 5], [4, 6], [5, 6], [2, 7], [7, 5]];

// spread is how a block comes from node to node: each passes it on to its peers when it
// hears it first, but not to the one from whom it has it.
function spread(from: number, cut: boolean[]) {
  const hops = at.map(() => -1), first = links.map(() => false);
  let messages = 0, now = [{ to: from, by: -1 }];
  for (let step = 0; now.length; step++) {
    const next: { to: number; by: number }[] = [];
    for (const m of now) {
      if (hops[m.to] >= 0) continue;
      hops[m.to] = step;
      if (m.by >= 0) first[links.findIndex(([a, b]) => (a === m.to && b === m.by) || (b === m.to && a === m.by))] = true;
      links.forEach(([a, b], k) => {
        if (cut[k] || (a !== m.to && b !== m.to)) return;
        const to = a === m.to ? b : a;
        if (to !== m.by) { next.push({ to, by: m.to }); messages++; }
      });
    }
    now = next;
  }
  return { hops, first, messages };
}

export function gossip(f: Figure) {
  let from = 0, cut = links.map(() => false);
  f.tall(354);
  const lines = links.map(([a, b]) => {
    const d = `M${at[a][0]} ${at[a][1]}L${at[b][0]} ${at[b][1]}`;
    return svg("g", { role: "checkbox", class: "link-part" }, svg("path", { d, class: "reach" }), svg("path", { d, class: "rule" }));
  });
  const nodes = at.map(([x, y]) => svg("g", { role: "button", class: "node-part" }, svg("circle", { cx: x, cy: y, r: 19, class: "plain" }), svg("circle", { cx: x, cy: y, r: 19, class: "b1" }), text(x, y + 5, "mid bold", "")));
  const found = text(0, 0, "mid small", "found it"), result = text(14, 304, "", "");
  f.pic.append(svg("g", {}, ...lines), svg("g", {}, ...nodes), found, result,
    svg("path", { d: "M14 328H40", class: "l3 thick" }), text(48, 333, "small", "heard it first this way"), svg("path", { d: "M226 328H252", class: "rule" }), text(260, 333, "small", "it was known already"));
  const said = () => {
    const { hops, messages } = spread(from, cut), without = hops.map((h, i) => (h < 0 ? `node ${i + 1}` : "")).filter(Boolean);
    return without.length ? `The block never reaches ${list(without)}: no way is left.` : `After ${many(Math.max(...hops), "step")} and ${many(messages, "message")} all 8 nodes have the block.`;
  };
  const paint = () => {
    const { hops, first } = spread(from, cut), missed = hops.filter((h) => h < 0).length;
    nodes.forEach((n, i) => {
      n.children[1].setAttribute("class", hops[i] === 0 ? "bx" : hops[i] < 0 ? "faint" : "b1");
      n.children[2].textContent = hops[i] < 0 ? "–" : String(hops[i]);
      n.setAttribute("aria-label", hops[i] < 0 ? `–: node ${i + 1} never hears of the block` : `${many(hops[i], "step")}: node ${i + 1}${hops[i] ? "" : ", which found the block"}`);
    });
    lines.forEach((l, k) => {
      l.children[1].setAttribute("class", cut[k] ? "rule cut-link" : first[k] ? "l3 thick" : "rule");
      l.setAttribute("aria-checked", String(!cut[k]));
      l.setAttribute("aria-label", `link of nodes ${links[k][0] + 1} and ${links[k][1] + 1}`);
    });
    const left = at[from][0] < 80;
    found.setAttribute("x", String(at[from][0]));
    found.setAttribute("y", String(left || at[from][1] > 60 ? at[from][1] + 34 : at[from][1] - 26));
    result.textContent = missed ? `${many(missed, "node")} never hear${missed === 1 ? "s" : ""} of the block.` : `Steps until each node has the block: ${Math.max(...hops)} at most.`;
    back.disabled = from === 0 && !cut.includes(true);
  };
  const of = (i: number) => {
    const h = spread(from, cut).hops[i];
    return `Node ${i + 1} ${h === 0 ? "found the block" : h < 0 ? "never hears of the block" : `has the block after ${many(h, "step")}`}.`;
  };
  roving(lines, 1, (i) => f.say(`The link of nodes ${links[i][0] + 1} and ${links[i][1] + 1} ${cut[i] ? "is cut" : "works"}. The space bar ${cut[i] ? "joins" : "cuts"} it.`));
  roving(nodes, 1, (i) => f.say(of(i)));
  press(nodes, (i) => { from = i; paint(); f.say(`Node ${i + 1} finds the block. ${said()}`); });
  press(lines, (i) => { cut[i] = !cut[i]; paint(); f.say(`${cut[i] ? "Cut" : "Joined"}: nodes ${links[i][0] + 1} and ${links[i][1] + 1}. ${said()}`); });
  const back = f.button("Set back", () => { from = 0; cut = links.map(() => false); paint(); f.say(`Node 1 finds the block. ${said()}`); });
  paint();
  f.say("Click a node: it finds the block. Click a link to cut it.");
}

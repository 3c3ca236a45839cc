// Two goroutines that add 1 to one count: the order of their four steps is dragged.
import { svg } from "../dom";
import { box, text, type Figure } from "./touch";

const a = 80, mid = 210, b = 340, start = 7, top = 104, step = 46;

interface Step { who: "A" | "B"; reads: boolean; sees: number; count: number }

// run is what the steps read and write if they come in an order like "ABAB". Of one
// goroutine the first step reads, the second writes.
function run(order: string): Step[] {
  let count = start;
  const held: Record<string, number> = {};
  return [...order].map((who) => {
    const reads = !(who in held);
    if (reads) held[who] = count;
    else count = held[who] + 1;
    return { who: who as "A" | "B", reads, sees: reads ? count : held[who] + 1, count };
  });
}

export function race(f: Figure) {
  let order = "ABAB", chosen = 0;
  f.tall(330);
  f.pic.append(text(a, 28, "mid bold f1", "goroutine A"), text(mid, 28, "mid bold", "count"), text(b, 28, "mid bold f2", "goroutine B"),
    svg("path", { d: `M${a} 38V262M${b} 38V262`, class: "rule" }), ...box(mid - 22, 41, 44, 30, "plain", "mono bold", String(start)));
  const values = svg("g"), result = text(18, 292, "bold", ""), why = text(18, 314, "small quiet", "");
  const rows = [0, 1, 2, 3].map((i) => svg("g", { role: "button", class: "step", tabindex: 0, "aria-roledescription": "step that moves up and down", "data-at": i }));
  f.pic.append(values, ...rows, result, why);
  const words = (s: Step) => `${s.who} ${s.reads ? "reads" : "writes"} ${s.sees}`;
  const paint = () => {
    const steps = run(order), end = steps[3].count;
    values.replaceChildren();
    steps.forEach((s, i) => {
      const y = top + step * i, x = s.who === "A" ? a : b, edge = s.who === "A" ? mid - 26 : mid + 26, near = x + (edge - x) * 0.08, [from, to] = s.reads ? [edge, near] : [near, edge], hue = s.who === "A" ? 1 : 2, back = to > from ? -8 : 8;
      rows[i].replaceChildren(svg("rect", { x: Math.min(x, edge) - 6, y: y - 24, width: Math.abs(edge - x) + 12, height: 38, rx: 4, class: "grip" }),
        svg("path", { d: `M${from} ${y}H${to}`, class: `l${hue} thick` }), svg("path", { d: `M${to} ${y}l${back} 4v-8Z`, class: `f${hue}` }), text((x + edge) / 2, y - 7, "mid small", `${s.reads ? "reads" : "writes"} ${s.sees}`));
      rows[i].setAttribute("aria-label", `${i + 1}: ${words(s)}`);
      values.append(...box(mid - 22, y - 15, 44, 30, "plain", "mono bold", String(s.count)));
    });
    result.textContent = `Each has added 1 to ${start}, and the count is ${end}.`;
    result.setAttribute("class", end === start + 2 ? "bold" : "bold fx");
    why.textContent = end === start + 2 ? "No step came between a read and its write." : "Another step came in between: one addition is lost.";
  };
  const say = (before = "") => { const steps = run(order); f.say(`${before}${steps.map(words).join(", ")}: the count is ${steps[3].count}${steps[3].count === start + 2 ? ", and both additions count" : ", and one addition is lost"}.`); };
  const swap = (i: number, by: number) => {
    const j = i + by;
    if (j < 0 || j > 3) return i;
    if (order[i] === order[j]) { f.say(`${order[i]} reads before it writes: these two cannot change places.`); return i; }
    const all = [...order];
    [all[i], all[j]] = [all[j], all[i]];
    order = all.join("");
    paint();
    say();
    return j;
  };
  rows.forEach((r, i) => {
    r.addEventListener("focus", () => { chosen = i; });
    r.addEventListener("keydown", (e) => {
      const by = ({ ArrowUp: -1, ArrowDown: 1 } as Record<string, number>)[(e as KeyboardEvent).key];
      if (!by) return;
      e.preventDefault();
      e.stopPropagation();
      rows[swap(i, by)].focus();
    });
    let held = -1;
    r.addEventListener("pointerdown", (e) => { held = i; chosen = i; r.setPointerCapture((e as PointerEvent).pointerId); });
    r.addEventListener("pointermove", (e) => {
      const p = e as PointerEvent;
      if (!r.hasPointerCapture(p.pointerId)) return;
      const box = f.pic.getBoundingClientRect(), at = Math.round((((p.clientY - box.top) / box.width) * 420 - top) / step);
      if (at !== held && at >= 0 && at <= 3) held = chosen = swap(held, Math.sign(at - held));
    });
  });
  f.button("Move up", () => { chosen = swap(chosen, -1); });
  f.button("Move down", () => { chosen = swap(chosen, 1); });
  f.button("Set back", () => { order = "ABAB"; chosen = 0; paint(); say("As it was: "); });
  paint();
  f.say("Drag a step up or down, or choose it and use the arrows: when do both additions count?");
}

// Memory and disk around a flush: the moment of the crash is moved.
import { svg } from "../dom";
import type { Figure } from "./touch";
import { num, trace } from "./traced";

export async function crash(f: Figure) {
  const t = await trace(f), spots = t.all("rect").filter((r) => r.querySelector("title"));
  const line = t.all("path", "lx")[0], title = t.all("text", "fx")[0], told = t.between(num(title, "y") + 5, num(title, "y") + 35);
  const rows = spots.map((spot) => {
    const y = num(spot, "y"), next = spot.querySelector("title")!, found = next.textContent!;
    next.remove(); // it is said below, and needs no tooltip
    return { spot, found, bottom: y + num(spot, "height"), parts: t.between(y, y + 24), what: t.words(18, y + 18)!.textContent! };
  });
  const shade = svg("rect", { x: 12, width: 396, class: "page", opacity: ".72", "pointer-events": "none" }); // what does not happen any more
  f.pic.insertBefore(shade, line);
  const paint = (at: number) => {
    const r = rows[at], end = rows.at(-1)!.bottom;
    line.setAttribute("transform", `translate(0 ${r.bottom - lineAt})`);
    shade.setAttribute("y", String(r.bottom));
    shade.setAttribute("height", String(end - r.bottom));
    title.textContent = `A crash after “${r.what}”`;
    r.found.split(/(?<=\.) /).forEach((words, i) => { told[i].textContent = words; });
    return `A crash after “${r.what}”: memory is gone. ${r.found}`;
  };
  const lineAt = Number(/^M\S+ ([\d.]+)/.exec(line.getAttribute("d")!)![1]), start = rows.findIndex((r) => Math.abs(r.bottom - lineAt) < 1);
  const moment = f.slider("The crash comes after", 0, rows.length - 1, start, (i) => rows[i].what, (i) => f.say(paint(i)));
  rows.forEach((r, i) => {
    const move = () => { moment.set(i); f.say(paint(i)); };
    r.spot.classList.add("step");
    r.spot.addEventListener("pointerdown", move);
    r.spot.addEventListener("pointerenter", (e) => { if ((e as PointerEvent).buttons) move(); });
  });
  paint(start);
  f.say("Drag the moment of the crash, or move the slider.");
}

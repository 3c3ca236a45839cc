// A version message under a cursor that reads field by field.
import { steps } from "./steps";
import type { Figure } from "./touch";
import { num, points, trace } from "./traced";
import { many } from "./words";

const bytes = 102; // of the message
const later = ["/Satoshi:0.16.0/", "533,166", "yes"]; // what the still picture has not read yet

export async function payload(f: Figure) {
  const t = await trace(f), rows = t.all("rect"), cursor = t.all("path", "f2")[0], [, from] = points(cursor)[0];
  const row = rows.map((r) => {
    const y = num(r, "y"), at = (x: number, down: number) => t.words(x, y + down)!;
    return { rect: r, y, offset: at(52, 20), hex: at(70, 20), name: at(244, 14), value: at(244, 30), read: "" };
  });
  row.forEach((r, i) => { r.read = r.value.textContent === "?" ? later[i - row.length + later.length] : r.value.textContent!; });
  const was = num(rows[row.findIndex((r) => r.rect.classList.contains("thick"))], "y");
  steps(f, row.length, 5, (now) => {
    row.forEach((r, i) => {
      r.rect.setAttribute("class", i < now ? "b3" : i === now ? "b2 thick" : "plain");
      for (const e of [r.offset, r.hex, r.name]) { e.classList.toggle("bold", i === now); e.classList.toggle("quiet", i > now && e !== r.name); }
      r.value.textContent = i <= now ? r.read : "?";
    });
    cursor.setAttribute("visibility", now < row.length ? "visible" : "hidden");
    if (now === row.length) return `All ${bytes} bytes are read, and the cursor is at their end.`;
    const r = row[now], at = Number(r.offset.textContent), next = Number(row[now + 1]?.offset.textContent ?? bytes);
    cursor.setAttribute("transform", `translate(0 ${r.y + (from - was - 9) + 9 - from})`);
    return `Offset ${at}, ${many(next - at, "byte")}: ${r.name.textContent}, ${r.read}. ${next === bytes ? "It is the last field." : `The next field starts at ${next}.`}`;
  });
  f.say("Step through the message: each field starts where the one before it ended.");
}

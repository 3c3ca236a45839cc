// A script on its stack, opcode by opcode.
import { steps } from "./steps";
import type { Figure } from "./touch";
import { num, trace } from "./traced";
import { list } from "./words";

const does: Record<string, string> = {
  push: "puts bytes onto the stack", DUP: "doubles the last item", HASH160: "takes the last item off, and puts its hash on", EQUALVERIFY: "takes the last two off, and fails if they differ",
  CHECKSIG: "takes key and signature off, verifies, and puts true on",
};

export async function script(f: Figure) {
  const t = await trace(f), ops = t.all("text", "small").filter((e) => num(e, "x") === 18 && !e.classList.contains("quiet"));
  const rows = ops.map((op) => {
    const y = num(op, "y"), boxes = t.all("rect").filter((r) => num(r, "y") === y - 15), words = boxes.map((r) => t.words(num(r, "x") + num(r, "width") / 2, y + 0.8)!);
    return { op, items: words.map((w) => w.textContent!), all: [...boxes, ...words] };
  });
  steps(f, rows.length, rows.length, (at) => {
    rows.forEach((r, i) => {
      r.all.forEach((e) => e.setAttribute("visibility", i < at ? "visible" : "hidden"));
      r.op.classList.toggle("bold", i === at - 1);
    });
    if (!at) return "The stack is empty.";
    const { op, items } = rows[at - 1], name = op.textContent!;
    return `${name} ${does[name.split(" ")[0]]}. The stack: ${list(items)}.${at === rows.length ? " True is left, so the coin may be spent." : ""}`;
  });
  f.say("Start again, and step through the opcodes.");
}

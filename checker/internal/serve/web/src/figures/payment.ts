// A payment: two values are moved until what goes in comes out.
import type { Figure } from "./touch";
import { num, trace } from "./traced";

const most = 50;

export async function payment(f: Figure) {
  const t = await trace(f), at = (words: RegExp) => t.all("text").find((e) => words.test(e.textContent!))!;
  const inside = t.all("text", "bold").filter((e) => /^alice's \d/.test(e.textContent!) && num(e, "x") < 100).map((e) => Number(e.textContent!.split(" ")[1])), sum = inside.reduce((a, b) => a + b);
  const bob = at(/^bob's/), change = t.all("text", "bold").filter((e) => /^alice's/.test(e.textContent!)).at(-1)!, line = at(/what goes in/), box = t.all("rect", "plain")[0], signed = at(/^signed/);
  let pay = Number(bob.textContent!.split(" ")[1]), back = Number(change.textContent!.split(" ")[1]);
  const paint = (aloud: boolean) => {
    const out = pay + back, fits = out === sum && pay > 0;
    bob.textContent = `bob's ${pay}`;
    change.textContent = `alice's ${back}`;
    line.textContent = `${inside.join(" + ")} ${out === sum ? "=" : "≠"} ${pay} + ${back}${fits ? ": what goes in comes out." : out > sum ? `: ${out - sum} too many come out.` : out < sum ? `: ${sum - out} would be lost.` : ": nothing is paid."}`;
    line.setAttribute("class", fits ? "" : "fx bold");
    box.setAttribute("class", fits ? "plain" : "bx");
    signed.textContent = fits ? "signed by alice" : "is refused";
    if (aloud) f.say(fits ? `${sum} go in and ${out} come out: it balances.` : `${sum} go in and ${out} come out: ${out === sum ? "a payment of 0 is none." : "the node refuses it, with ErrSum."}`);
  };
  f.slider("To bob", 0, most, pay, String, (v) => { pay = v; paint(true); });
  f.slider("Change", 0, most, back, String, (v) => { back = v; paint(true); });
  paint(false);
  f.say("Move the payment and the change until they balance.");
}

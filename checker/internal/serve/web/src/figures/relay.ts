// A star: publish something, and pull out its middle.
import { still, type Figure } from "./touch";
import { trace } from "./traced";

export async function relay(f: Figure) {
  const t = await trace(f), into = t.all("path").filter((p) => /[lf]2/.test(p.getAttribute("class")!)), out = t.all("path").filter((p) => /[lf]3/.test(p.getAttribute("class")!));
  const hub = [t.all("rect", "b4")[0], t.all("text").find((e) => e.textContent === "relay")!], nodes = t.all("rect", "b1"), captions = t.all("text", "small");
  let there = true, timer = 0;
  const see = (all: SVGElement[], on: boolean) => all.forEach((e) => e.setAttribute("visibility", on ? "visible" : "hidden"));
  const heard = (on: boolean) => nodes.forEach((n) => n.setAttribute("class", on ? "b3" : "b1"));
  const paint = (sent: boolean, copied: boolean) => {
    clearTimeout(timer);
    see(hub, there);
    see(into, sent || there);
    see([...out, ...captions], copied && there);
    heard(sent && copied && there);
  };
  const publish = () => {
    const end = () => {
      paint(true, true);
      f.say(there ? `The oracle sends the relay one payment; ${nodes.length} copies come out, one for each that listens.` : "The oracle has nobody to send it to: nobody hears of the payment.");
    };
    if (still() || !there) { end(); return; }
    paint(true, false);
    timer = globalThis.setTimeout(end, 450);
  };
  f.button("Publish", publish);
  const pull = f.button("Pull out the middle", () => {
    there = !there;
    pull.textContent = there ? "Pull out the middle" : "Put it back";
    paint(there, there);
    heard(false);
    f.say(there ? "The relay is back." : "Without the relay four programs are left, and no two of them know each other.");
  });
  f.say("Publish a payment; then pull out the middle and publish again.");
}

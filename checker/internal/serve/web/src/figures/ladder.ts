// A handshake with three peers: one that is polite, one that sends us our own words, one that
// says nothing.
import { svg } from "../dom";
import { text, type Figure } from "./touch";
import { num, points, trace } from "./traced";

const peers: [string, number, string, string][] = [ // messages that are seen, and how it ends
  ["polite", 99, "", "Version and verack both ways, and two offers: the handshake is done."],
  ["mirror", 2, "its nonce is ours: we hang up", "The peer's version message has our own nonce: we have called ourselves. Greet returns ErrSelf."],
  ["silent", 1, "60 s pass: we hang up", "We send our version, and nothing comes back. The one clock of 60 seconds ends it: context.DeadlineExceeded."],
];

export async function ladder(f: Figure) {
  const t = await trace(f), messages = t.all("text", "mid", "bold", "small").map((words) => {
    const y = num(words, "y") + 6;
    return [words, ...t.all("path").filter((p) => points(p).length > 1 && points(p).some(([, py]) => py === y) && !p.classList.contains("rule") && !p.classList.contains("lx"))];
  });
  const clock = t.all("path", "lx")[0], whole = clock.getAttribute("d")!, end = t.all("text").filter((e) => !e.classList.contains("mid") && num(e, "y") > 360);
  const note = text(218, 0, "mid small fx bold", ""), stop = svg("path", { class: "lx thick" });
  f.pic.append(note, stop);
  const buttons = peers.map(([name, count, words, said], i) => f.button(`A ${name} peer`, () => {
    messages.forEach((m, k) => m.forEach((e) => e.setAttribute("visibility", k < count ? "visible" : "hidden")));
    const last = num(messages[Math.min(count, messages.length) - 1][0], "y") + 6, at = name === "silent" ? 336 : last + 34;
    note.textContent = words;
    note.setAttribute("y", String(at - 8));
    stop.setAttribute("d", words ? `M90 ${at}h12M96 ${at - 6}v12` : "");
    stop.setAttribute("transform", `rotate(45 96 ${at})`);
    clock.setAttribute("d", name === "mirror" ? whole.replace(/V[\d.]+/, `V${at}`) : whole);
    end.forEach((e) => e.setAttribute("visibility", words ? "hidden" : "visible"));
    buttons.forEach((b, k) => b.setAttribute("aria-pressed", String(k === i)));
    f.say(said);
  }));
  buttons[0].setAttribute("aria-pressed", "true");
  f.say("Choose whom we call.");
}

// The download window of lesson 8, in ticks of half a second: it plays, and a peer that is
// made slow loses its blocks to others.
import { svg } from "../dom";
import { box, still, text, type Figure } from "./touch";
import { list, many } from "./words";

// As in the still picture; the lesson's window is 1,024 blocks, and its peers owe 16.
const blocks = 60, ahead = 20, perPeer = 4, every = [2, 1, 2, 1], stall = 4; // every and stall in ticks
const missing = -1, here = every.length, passedOn = here + 1;
const left = 20, size = 19, perRow = 20, pace = 450; // milliseconds of a tick that plays

// Download is what package fetch of the lesson does, for blocks that are numbers.
class Download {
  state = new Array<number>(blocks).fill(missing); // of each block: missing, the peer that owes it, here or passedOn
  first = 0;
  tick = 0;
  owed: number[][] = every.map(() => []);
  lost = every.map(() => false);
  waits = every.map(() => false);
  private due = every.map(() => 0);
  private since = -1; // the tick from which on the owner of the first missing block has kept others waiting
  private limit = stall;

  get done() { return this.first === blocks || this.lost.every(Boolean); }
  private get end() { return Math.min(blocks, this.first + ahead); }

  step(slow: boolean[]): string {
    const told: string[] = [];
    every.forEach((_, p) => {
      if (this.lost[p]) return;
      if (!this.owed[p].length) this.due[p] = this.tick + every[p];
      let given = 0;
      for (let i = this.first; i < this.end && this.owed[p].length < perPeer; i++) {
        if (this.state[i] !== missing) continue;
        this.state[i] = p;
        this.owed[p].push(i);
        given++;
      }
      this.waits[p] = !given && this.owed[p].length < perPeer;
      if (this.waits[p] && this.first < blocks && this.state[this.first] !== p && this.since < 0) this.since = this.tick;
    });
    every.forEach((_, p) => {
      if (this.lost[p] || slow[p] || !this.owed[p].length || this.tick < this.due[p]) return;
      const i = this.owed[p].shift()!;
      this.due[p] = this.tick + every[p];
      this.state[i] = here;
      if (i === this.first) this.since = -1;
      while (this.first < blocks && this.state[this.first] === here) {
        this.state[this.first++] = passedOn;
        this.since = -1;
        this.limit = Math.max(stall, this.limit * 0.85);
      }
    });
    if (this.since >= 0 && this.tick - this.since >= this.limit) {
      const p = this.state[this.first], owed = this.owed[p], waited = (this.tick - this.since) / 2;
      this.limit = Math.min(32 * stall, 2 * this.limit);
      this.since = -1;
      for (const i of owed) this.state[i] = missing;
      told.push(`Peer ${p + 1} has kept the others waiting for ${waited} seconds: it is dropped, and its ${many(owed.length, "block")} can be asked of others.`);
      this.owed[p] = [];
      this.lost[p] = true;
      this.waits[p] = false;
    }
    this.tick++;
    return told.join(" ");
  }

  count(s: number) { return this.state.filter((x) => x === s).length; }
}

export function window(f: Figure) {
  let d = new Download(), slow = every.map(() => false), timer = 0;
  f.tall(330);
  const title = text(left, 28, "bold", ""), cells = svg("g"), rows = svg("g");
  f.pic.append(title, cells, rows, ...box(left, 300, size - 2, 18, "b5", "small", "✓"), text(left + 28, 314, "small", "here, and waits for a block before it"),
    svg("rect", { x: left + 290, y: 307, width: 19, height: 4, class: "f2" }), text(left + 316, 314, "small", "window"));
  const paint = () => {
    title.textContent = `${d.first} of ${blocks} blocks passed on, ${d.tick / 2} s`;
    cells.replaceChildren(...d.state.flatMap((s, i) => {
      const x = left + size * (i % perRow), y = 44 + 44 * Math.floor(i / perRow);
      const [kind, word] = s === passedOn ? ["faint", ""] : s === here ? ["b5", "✓"] : s === missing ? ["plain", ""] : [`b${s + 1}`, String(s + 1)];
      return [...box(x, y, size - 2, 24, kind, "small bold", word), ...(i >= d.first && i < d.first + ahead ? [svg("rect", { x: x - 1, y: y + 28, width: size, height: 4, class: "f2" })] : [])];
    }));
    rows.replaceChildren(...every.flatMap((_, p) => {
      const y = 196 + 24 * p, first = d.state[d.first] === p;
      const words = d.lost[p] ? "was dropped" : `owes ${d.owed[p].length}${first ? ", the first missing block among them" : ""}${d.waits[p] ? ", gets nothing and waits" : ""}`;
      return [...box(left, y, size - 2, 18, d.lost[p] ? "faint" : `b${p + 1}`, "small bold", d.lost[p] ? "✗" : String(p + 1)), text(left + 28, y + 14, d.lost[p] ? "small quiet" : "small", `peer ${p + 1}${slow[p] && !d.lost[p] ? ", slow," : ""} ${words}`)];
    }));
    toggles.forEach((b, p) => { b.setAttribute("aria-pressed", String(slow[p])); b.disabled = d.lost[p]; });
    stepper.disabled = player.disabled = d.done;
  };
  const words = () => {
    const waiting = d.waits.map((w, p) => (w && !d.lost[p] ? `peer ${p + 1}` : "")).filter(Boolean);
    return `${many(d.first, "block")} passed on, ${d.count(here)} here and waiting, ${every.reduce((n, _, p) => n + d.owed[p].length, 0)} asked for.${waiting.length ? ` For want of blocks ${list(waiting)} wait${waiting.length === 1 ? "s" : ""}.` : ""}`;
  };
  const step = () => {
    const told = d.step(slow);
    if (d.done) stop();
    paint();
    const end = d.first === blocks ? `All ${blocks} blocks are here, after ${d.tick / 2} seconds.` : d.done ? "No peer is left." : "";
    if (told || end || !timer) f.say([told, end || words()].filter(Boolean).join(" ")); // while it plays, only what matters is said
  };
  const stop = () => { clearInterval(timer); timer = 0; player.textContent = "Play"; };
  const player = f.button("Play", () => {
    if (timer) { stop(); f.say(words()); return; }
    if (still()) { step(); return; } // who wants no motion steps
    player.textContent = "Pause";
    timer = globalThis.setInterval(() => (f.pic.isConnected ? step() : stop()), pace);
  });
  const stepper = f.button("Step", () => { stop(); step(); });
  f.button("Start again", () => { stop(); d = new Download(); paint(); f.say("Nothing has been asked for."); });
  const toggles = every.map((_, p) => f.button(`Slow peer ${p + 1}`, () => {
    slow[p] = !slow[p];
    paint();
    f.say(slow[p] ? `Peer ${p + 1} sends nothing from now on.` : `Peer ${p + 1} sends again.`);
  }));
  paint();
  f.say("Play it, then slow a peer, and see who loses its blocks.");
}

// Code cells: run, output, numbers, stale marks.
import * as api from "./api";
import { h, message, one } from "./dom";
import { Editor } from "./editor";
import type { Kept } from "./kept";
import { Controls } from "./controls";
import { changedIn, network, type Living } from "./network";
import { drawFrame } from "./show";
import { Terminal } from "./terminal";

let count = 0; // of runs: In [n]
const long = 5000; // milliseconds, after which a reader may wonder
const mostTold = 400_000; // characters of an output that is kept

export class CodeCell {
  editor!: Editor;
  private ran = ""; // the source that ran last, if it ended well
  private text: Terminal | null = null;
  private told: api.CellEvent[] = []; // by the last run
  private length = 0; // of what was told
  private readonly controls = new Controls((label, value) => this.page.set(this, label, value));
  private readonly nets = new Map<string, { living: Living; labels: Set<string> }>(); // that can be changed, by title
  private old = false; // what is shown is of the run before, or of an attempt that starts again
  private held: Node | null = null; // the first picture that stays where it is while the cell runs again
  private readonly out: HTMLElement;
  private readonly note: HTMLElement;
  private readonly asOnPage: Node[];
  running = false;
  referenced = false; // its last run was with the reference, and so are those that need it

  // base is the page's text of a page cell, and null for one of the reader's own.
  constructor(readonly el: HTMLElement, readonly page: Page, readonly id: string, readonly number: number, private source: string, readonly base: string | null) {
    this.out = one(el, ".out");
    this.note = one(el, ".note");
    this.asOnPage = [...this.out.childNodes];
    one(el, ".run").addEventListener("click", () => void page.run(this));
    el.tabIndex = -1;
    const kept = page.kept.get(id);
    if (kept) this.apply(kept);
    this.showChange();
  }

  get kind() { return this.base === null ? "code" as const : "page" as const; }

  // mount replaces the still source by an editor.
  mount() {
    this.editor ??= new Editor(one(this.el, ".editor"), this.source, `Cell ${this.number}`, {
      run: () => void this.page.run(this),
      runNext: () => { void this.page.run(this); this.page.next(this); },
      runBelow: () => { void this.page.run(this); this.page.below(this); },
      save: () => void this.tidy(),
      about: () => ({ above: this.page.before(this) }),
      split: (at) => this.page.split(this, at),
      changed: () => this.edited(this.editor.text),
    });
  }

  get code() { return this.source; }
  set code(s: string) {
    if (this.editor) this.editor.text = s;
    else { this.edited(s); this.still(); }
  }
  get done() { return this.ran !== ""; }

  // tidy formats the cell as gofmt does.
  private async tidy() {
    try {
      const text = this.source, tidy = await api.format(text);
      if (this.source === text) this.code = tidy;
    } catch (e) { this.note.textContent = message(e); }
  }

  private edited(s: string) {
    if (s === this.source) return;
    this.source = s;
    if (this.done) this.page.staleFrom(this, this.source !== this.ran); // what has never run is in no other cell's output
    this.keep({});
  }

  private still() {
    const at = this.el.querySelector(".still");
    at?.replaceChildren(h("pre", {}, this.source));
  }

  // keep writes the cell down.
  private keep(more: Partial<api.Item>) {
    this.page.kept.put({ id: this.id, kind: this.kind, source: this.source, base: this.base ?? undefined, ran: this.ran, ...more });
    this.showChange();
  }

  private showChange() { this.el.classList.toggle("changed", this.base !== null && this.base !== this.source); }

  // apply takes the cell as it was kept, or as another tab has it.
  apply(x: api.Item) {
    if (this.running) return;
    const before = this.out.dataset.from;
    this.ran = x.ran ?? "";
    if (this.source !== x.source) {
      this.source = x.source;
      if (this.editor) this.editor.text = x.source;
      else this.still();
    }
    if (x.out?.ended) this.restore(x.out);
    else if (before === "run") this.blank();
    this.el.classList.toggle("stale", this.done && this.ran !== this.source);
    if (this.done && this.ran !== this.source) this.note.textContent = "edited since it ran";
    this.showChange();
  }

  private restore(o: api.Output) {
    this.clear();
    this.told = o.events ?? [];
    this.referenced = !!o.reference;
    this.out.dataset.from = "run";
    for (const e of this.told) this.event(e, true);
    this.ended(o.number, o.ended, o.note);
    count = Math.max(count, o.number);
  }

  stale(why: string) {
    if (!this.done) return;
    this.el.classList.add("stale");
    this.note.textContent = why;
  }

  // forget takes the outputs away; what it returns brings them back.
  forget(): () => void {
    const was = { ran: this.ran, nodes: [...this.out.childNodes], number: this.out.dataset.number, from: this.out.dataset.from, prompt: one(this.el, ".prompt").textContent,
      note: this.note.textContent, classes: this.el.className, ended: this.el.dataset.ended };
    this.blank();
    return () => {
      this.ran = was.ran;
      this.out.replaceChildren(...was.nodes);
      if (was.number) this.out.dataset.number = was.number;
      this.out.dataset.from = was.from;
      one(this.el, ".prompt").textContent = was.prompt;
      this.note.textContent = was.note;
      this.el.className = was.classes;
      if (was.ended) this.el.dataset.ended = was.ended;
    };
  }

  // forgotten writes down that the outputs are gone.
  forgotten() { if (!this.done && this.page.kept.get(this.id)?.out) this.keep({ out: { number: 0, ended: "", note: "" } }); }

  private blank() {
    this.ran = "";
    this.el.classList.remove("stale", "failed");
    this.prompt(" ");
    this.note.textContent = "";
    this.clear();
    this.out.dataset.from = "none";
  }

  // setBack gives a page cell the page's text and output again.
  setBack() {
    if (this.base === null) return;
    this.blank();
    this.out.replaceChildren(...this.asOnPage);
    this.out.dataset.from = "page";
    this.code = this.base;
    this.keep({ ran: "", out: { number: 0, ended: "", note: "" } });
  }

  // clear takes away what was told so far. Sliders, buttons and networks that can be changed
  // stay in a run that one of them has started: a hand may be on it.
  private clear(steered = false) {
    const stay = new Set<Node>(steered ? [this.controls.el, ...[...this.nets.values()].map((n) => n.living.el)] : []);
    for (const n of [...this.out.childNodes]) if (!stay.has(n)) n.remove();
    if (!steered) { this.controls.clear(); this.nets.clear(); }
    this.held = [...this.out.childNodes].find((n) => n !== this.controls.el) ?? null;
    delete this.out.dataset.number;
    this.text = null;
    this.told = [];
    this.length = 0;
    this.editor?.mark([]);
    delete this.el.dataset.first;
  }

  // keepOld leaves what is shown where it is, dimmed, until there is something new. What lies
  // below stays in its place meanwhile.
  private keepOld() {
    this.old = true;
    this.out.classList.add("old");
    this.out.style.minHeight = `${this.out.offsetHeight}px`;
    this.editor.mark([]);
  }

  private renew(steered: boolean) {
    if (!this.old) return;
    this.old = false;
    this.out.classList.remove("old");
    this.clear(steered);
  }

  // settle lets the output have the height that it needs, once its pictures have theirs.
  private async settle() {
    await Promise.all([...this.out.querySelectorAll("img")].map((i) => i.decode().catch(() => {})));
    if (!this.running) this.out.style.minHeight = "";
  }

  private prompt(s: string) { one(this.el, ".prompt").textContent = `In [${s === " " ? " " : s}]`; }

  // wait says that the cell is in the queue; what it returns takes that back.
  wait(): () => void {
    const prompt = one(this.el, ".prompt"), was = [prompt.textContent, this.note.textContent];
    this.prompt("*");
    this.note.textContent = "waits for its turn";
    return () => { [prompt.textContent, this.note.textContent] = was; };
  }

  async run(above: CodeCell[], reference = false, steered = false) {
    this.mount();
    const source = this.source;
    this.running = true;
    this.el.classList.remove("stale", "failed");
    this.el.classList.add("running");
    this.prompt("*");
    this.note.textContent = "running";
    if (source !== this.ran) for (const label of [...this.controls.labels, ...[...this.nets.values()].flatMap((n) => [...n.labels])]) delete this.page.values[label]; // it begins where the new source says
    this.keepOld();
    let ended = "", engine = "", used = false;
    const started = performance.now();
    delete this.el.dataset.ended;
    const wonder = setTimeout(() => { this.note.textContent = "still running: Interrupt ends it"; }, long);
    try {
      // Of the cells above, what ran counts: what is being written there may be half a word.
      const cells = above.map((c) => ({ number: c.number, source: c.ran, reference: c.referenced }));
      await api.run([...cells, { number: this.number, source }], reference, this.page.values, (e) => {
        if (e.kind === "reference") used = true;
        else if (e.kind === "engine") { engine = e.text!; this.keepOld(); } // the run starts, or starts again
        else if (e.kind === "end") { ended = e.text!; }
        else {
          this.renew(steered);
          this.el.dataset.first ||= String(performance.now() - started); // how long the reader waited
          this.event(e);
          this.record(e);
        }
      });
    } catch (e) {
      this.renew(steered);
      this.event({ kind: "error", problem: { message: message(e) } });
    }
    this.renew(steered);
    this.out.dataset.from = "run";
    this.controls.done();
    while (this.held) { // what this run has not shown goes
      const next: Node | null = this.held.nextSibling;
      this.nets.forEach((n, title) => { if (n.living.el === this.held) this.nets.delete(title); });
      (this.held as ChildNode).remove();
      this.held = next;
    }
    clearTimeout(wonder);
    const ms = Math.round(performance.now() - started);
    this.running = false;
    this.el.classList.remove("running");
    this.ran = ended === "ok" ? source : "";
    this.referenced = used;
    const took = ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
    const note = ended === "interrupted" ? "interrupted" : ended === "ok" ? `${took}, ${used ? "with the reference" : engine}${this.out.firstChild ? "" : ", no output"}` : `failed${engine && `, ${engine}`}`;
    this.ended(++count, ended || "failed", note);
    this.keep({ out: { number: count, ended: ended || "failed", note, reference: used, events: this.told } });
    void this.settle();
    return ended === "ok";
  }

  private ended(number: number, how: string, note: string) {
    this.prompt(String(number));
    if (this.out.firstChild) this.out.dataset.number = String(number); // Out [n], by the style sheet
    this.el.classList.toggle("failed", how !== "ok");
    this.el.dataset.ended = how;
    this.note.textContent = note;
  }

  // record notes an event for the next time that the page is opened.
  private record(e: api.CellEvent) {
    const last = this.told.at(-1);
    this.length += e.kind === "text" ? e.text!.length : JSON.stringify(e).length;
    if (this.length > mostTold) {
      if (last?.kind !== "cut") this.told.push({ kind: "cut", text: "the rest of this output was not kept: run the cell again" });
    } else if (e.kind === "text" && last?.kind === "text") last.text += e.text!;
    else this.told.push({ ...e });
  }

  private event(e: api.CellEvent, again = false) {
    if (e.kind === "text") this.print(e.text!);
    if (e.kind === "cut") { this.text = null; this.put(h("p", { class: "cut" }, e.text!)); }
    if (e.kind === "show") this.show(e.show!, again);
    if (e.kind === "error") this.problem(e.problem!, again);
    if (e.kind === "unwritten") this.unwritten(e.text!);
  }

  private show(f: api.Frame, again: boolean) {
    this.text = null;
    if (f.type === "network" && f.header?.length && f.events?.trim()) { this.network(f, again); return; }
    if (f.type !== "slider" && f.type !== "button") { this.put(drawFrame(f)); return; }
    if (again) this.page.values[f.title ?? ""] = f.at ?? 0;
    this.controls.show(f);
    if (!this.controls.el.parentNode) this.put(this.controls.el);
  }

  private put(n: Node) { this.out.insertBefore(n, this.held); }

  // network shows a network that can be changed: in its old place if it is there.
  private network(f: api.Frame, again: boolean) {
    const title = f.title ?? "", old = this.nets.get(title);
    if (again) for (const change of changedIn(f)) this.page.values[`${title}: ${change}`] = 1;
    if (old) {
      if (this.held === old.living.el) this.held = old.living.el.nextSibling;
      old.living.again(f.events!, changedIn(f));
      return;
    }
    const labels = new Set(changedIn(f).map((change) => `${title}: ${change}`));
    const living = network(f, (label, value) => { labels.add(label); this.page.set(this, label, value); });
    this.nets.set(title, { living, labels });
    this.put(living.el);
  }

  // unwritten names a function that the cell reaches and that is not written yet.
  private unwritten(text: string) {
    const [lesson, name, at] = text.split(" ");
    const link = h("a", { href: at }, name);
    const old = this.out.querySelector(".unwritten");
    if (old) { one(old, ".names").append(", ", link); return; }
    this.text = null;
    this.put(h("div", { class: "unwritten" },
      h("p", {}, h("span", { class: "names" }, link), lesson === api.data.lesson ? " is not written yet, and this cell needs it. " : ` (${lesson}) is not written yet, and this cell needs it. `,
        h("button", { class: "reference", click: () => void this.page.run(this, true) }, "Run with the reference")),
      ...(this.asOnPage.length ? [h("details", {}, h("summary", {}, "the output as the page has it"), ...this.asOnPage.slice(1).map((n) => n.cloneNode(true)))] : [])));
  }

  private print(s: string) {
    if (!this.text) {
      this.text = new Terminal();
      this.put(h("div", { class: "text", tabindex: "0", role: "group", "aria-label": `Output of cell ${this.number}` }, this.text.el));
    }
    this.text.write(s);
  }

  private problem(p: api.Problem, again: boolean) {
    this.text = null;
    const where = p.cell === this.number ? `line ${p.line}: ` : p.cell ? `cell ${p.cell}, line ${p.line}: ` : p.file ? `${p.file}:${p.line}: ` : "";
    this.put(h("p", { class: "problem" }, h("strong", {}, where), p.message + this.page.advice(this, p)));
    const at = again ? undefined : this.page.cells.find((c) => c.number === p.cell);
    if (at && p.line) { at.mount(); at.editor.mark([{ line: p.line, column: p.column, message: p.message }]); }
  }
}

// Page is all code cells of the page: one program, from top to bottom.
export class Page {
  readonly cells: CodeCell[] = []; // as they are on the page
  private queue: Promise<unknown> = Promise.resolve();
  private stopped = 0;
  private readonly steered = new Map<CodeCell, boolean>(); // cells that a slider has started, and whether it was moved since
  readonly values: Record<string, number> = {}; // of sliders and buttons, by label
  private free = Math.max(0, ...api.data.cells.map((c) => c.number));
  next: (from: CodeCell) => void = () => {};
  below: (from: CodeCell) => void = () => {};
  split: (from: CodeCell, at: number) => void = () => {};

  constructor(readonly kept: Kept, private readonly busy: (on: boolean) => void) {}

  // number is for a cell of the reader's own.
  number() { return ++this.free; }

  add(c: CodeCell) { this.cells.push(c); this.sort(); }
  remove(c: CodeCell) { this.cells.splice(this.cells.indexOf(c), 1); }
  sort() { this.cells.sort((a, b) => (a.el.compareDocumentPosition(b.el) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1)); }

  private above(c: CodeCell) { return this.cells.slice(0, this.cells.indexOf(c)); }
  // before are the cells above as they are written, for help while typing.
  before(c: CodeCell) { return this.above(c).map((x) => ({ number: x.number, source: x.code })); }
  private under(c: CodeCell) { return this.cells.slice(this.cells.indexOf(c) + 1); }

  // run runs a cell once those asked for before it are done.
  run(c: CodeCell, reference = false, steered = false): Promise<boolean> {
    const round = this.stopped;
    const unwait = c.running ? () => {} : c.wait();
    const job = this.queue.then(async () => {
      if (round !== this.stopped) { unwait(); return false; }
      this.busy(true);
      const ok = await c.run(this.above(c).filter((x) => x.done), reference, steered);
      this.busy(false);
      this.staleFrom(c, false);
      return ok;
    });
    this.queue = job;
    return job;
  }

  // set takes what a slider or button is set to, and runs its cell again; while that
  // runs, what is set last is all that counts.
  set(c: CodeCell, label: string, value: number) {
    this.values[label] = value;
    if (this.steered.has(c)) { this.steered.set(c, true); return; }
    this.steered.set(c, false);
    void this.run(c, c.referenced, true).finally(() => {
      const again = this.steered.get(c);
      this.steered.delete(c);
      if (again) this.set(c, label, this.values[label]);
    });
  }

  async runAll() {
    for (const c of [...this.cells]) if (!(await this.run(c))) return false;
    return true;
  }

  async interrupt() { this.stopped++; await api.interrupt(); await this.queue; }

  // restart forgets what the cells have done; what it returns brings it back.
  async restart(): Promise<() => void> {
    await this.interrupt();
    const was = count;
    const undo = this.cells.map((c) => c.forget());
    count = 0;
    return () => { undo.forEach((f) => f()); count = was; };
  }

  // staleFrom marks what no longer shows what it would print now.
  staleFrom(c: CodeCell, itself: boolean) {
    if (itself) c.stale("edited since it ran");
    else if (!c.running) c.el.classList.remove("stale");
    for (const x of this.under(c)) x.stale(`cell ${c.number} has changed since`);
  }

  fileChanged(file: string) { for (const c of this.cells) c.stale(`${file.split("/").pop()} has changed since`); }

  // advice is a word for a name that another cell would declare.
  advice(c: CodeCell, p: api.Problem): string {
    const name = /^undefined: (\w+)$/.exec(p.message)?.[1];
    if (!name) return "";
    const by = this.above(c).find((x) => !x.done && new RegExp(`\\b${name}\\b`).test(x.code));
    return by ? ` (cell ${by.number} has not been run)` : "";
  }
}

// Code cells: run, output, numbers, stale marks.
import * as api from "./api";
import { h, message, one } from "./dom";
import { Editor } from "./editor";
import { drawFrame } from "./show";

let count = 0; // of runs: In [n]
const long = 5000; // milliseconds, after which a reader may wonder

export class CodeCell {
  readonly number: number;
  editor!: Editor;
  private ran = ""; // the source that ran last, if it ended well
  private text: Text | null = null;
  private readonly out: HTMLElement;
  private readonly note: HTMLElement;
  running = false;

  constructor(readonly el: HTMLElement, private readonly page: Page, private source: string) {
    this.number = Number(el.dataset.number);
    this.out = one(el, ".out");
    this.note = one(el, ".note");
    one(el, ".run").addEventListener("click", () => void page.run(this));
    el.tabIndex = -1;
  }

  // mount puts an editor in the place of the still source.
  mount() {
    this.editor ??= new Editor(one(this.el, ".editor"), this.source, `Cell ${this.number}`, {
      run: () => void this.page.run(this),
      runNext: () => { void this.page.run(this); this.page.next(this); },
      changed: () => { this.source = this.editor.text; this.page.staleFrom(this, this.source !== this.ran); },
    });
  }

  get code() { return this.source; }
  get done() { return this.ran !== ""; }

  stale(why: string) {
    if (!this.done) return;
    this.el.classList.add("stale");
    this.note.textContent = why;
  }

  forget() {
    this.ran = "";
    this.el.classList.remove("stale", "failed");
    this.prompt(" ");
    this.note.textContent = "";
    this.clear();
    this.out.dataset.from = "none";
  }

  // clear takes away what was told so far.
  private clear() {
    this.out.replaceChildren();
    delete this.out.dataset.number;
    this.text = null;
    this.editor?.mark([]);
    delete this.el.dataset.first;
  }

  private prompt(s: string) { one(this.el, ".prompt").textContent = `In [${s === " " ? " " : s}]`; }

  async run(above: CodeCell[]) {
    this.mount();
    const source = this.source;
    this.running = true;
    this.el.classList.remove("stale", "failed");
    this.el.classList.add("running");
    this.prompt("*");
    this.note.textContent = "running";
    this.clear();
    this.out.dataset.from = "run";
    let ended = "", engine = "";
    const started = performance.now();
    delete this.el.dataset.ended;
    const wonder = setTimeout(() => { this.note.textContent = "still running: Interrupt ends it"; }, long);
    try {
      // Of the cells above, what ran counts: what is being written there may be half a word.
      const cells = above.map((c) => ({ number: c.number, source: c.ran }));
      await api.run([...cells, { number: this.number, source }], (e) => {
        if (e.kind === "engine") { engine = e.text!; this.clear(); } // the run begins, or begins anew
        else if (e.kind === "end") { ended = e.text!; }
        else {
          this.el.dataset.first ||= String(performance.now() - started); // how long the reader waited
          this.event(e);
        }
      });
    } catch (e) {
      this.problem({ message: message(e) });
    }
    clearTimeout(wonder);
    const ms = Math.round(performance.now() - started);
    this.running = false;
    this.el.classList.remove("running");
    this.prompt(String(++count));
    if (this.out.firstChild) this.out.dataset.number = String(count); // Out [n], by the style sheet
    this.ran = ended === "ok" ? source : "";
    this.el.classList.toggle("failed", ended !== "ok");
    this.el.dataset.ended = ended || "failed";
    const took = ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
    this.note.textContent = ended === "interrupted" ? "interrupted" : ended === "ok" ? `${took}, ${engine}${this.out.firstChild ? "" : ", no output"}` : `failed${engine && `, ${engine}`}`;
    return ended === "ok";
  }

  private event(e: api.CellEvent) {
    if (e.kind === "text") this.print(e.text!);
    if (e.kind === "cut") { this.text = null; this.out.append(h("p", { class: "cut" }, e.text!)); }
    if (e.kind === "show") { this.text = null; this.out.append(drawFrame(e.show!)); }
    if (e.kind === "error") this.problem(e.problem!);
  }

  private print(s: string) {
    if (!this.text) {
      this.text = document.createTextNode("");
      const pre = h("pre");
      pre.append(this.text);
      this.out.append(h("div", { class: "text", tabindex: "0", role: "group", "aria-label": `Output of cell ${this.number}` }, pre));
    }
    this.text.appendData(s);
  }

  private problem(p: api.Problem) {
    this.text = null;
    const where = p.cell === this.number ? `line ${p.line}: ` : p.cell ? `cell ${p.cell}, line ${p.line}: ` : p.file ? `${p.file}:${p.line}: ` : "";
    this.out.append(h("p", { class: "problem" }, h("strong", {}, where), p.message + this.page.advice(this, p)));
    const at = this.page.cells.find((c) => c.number === p.cell);
    if (at && p.line) { at.mount(); at.editor.mark([{ line: p.line, column: p.column, message: p.message }]); }
  }
}

// Page is all code cells of the page: one program, from top to bottom.
export class Page {
  readonly cells: CodeCell[] = [];
  private queue: Promise<unknown> = Promise.resolve();
  private stopped = 0;

  constructor(private readonly busy: (on: boolean) => void, readonly next: (from: CodeCell) => void) {}

  // run runs a cell once those asked for before it are done.
  run(c: CodeCell): Promise<boolean> {
    const round = this.stopped;
    const job = this.queue.then(async () => {
      if (round !== this.stopped) return false;
      this.busy(true);
      const ok = await c.run(this.cells.filter((x) => x.number < c.number && x.done));
      this.busy(false);
      this.staleFrom(c, false);
      return ok;
    });
    this.queue = job;
    return job;
  }

  async runAll() {
    for (const c of this.cells) if (!(await this.run(c))) return false;
    return true;
  }

  async interrupt() { this.stopped++; await api.interrupt(); await this.queue; }

  async restart() {
    await this.interrupt();
    for (const c of this.cells) c.forget();
    count = 0;
  }

  // staleFrom marks what no longer shows what it would print now.
  staleFrom(c: CodeCell, itself: boolean) {
    if (itself) c.stale("edited since it ran");
    else if (!c.running) c.el.classList.remove("stale");
    for (const x of this.cells) if (x.number > c.number) x.stale(`cell ${c.number} has changed since`);
  }

  fileChanged(file: string) { for (const c of this.cells) c.stale(`${file.split("/").pop()} has changed since`); }

  // advice is a word for a name that another cell would declare.
  advice(c: CodeCell, p: api.Problem): string {
    const name = /^undefined: (\w+)$/.exec(p.message)?.[1];
    if (!name) return "";
    const by = this.cells.find((x) => x.number < c.number && !x.done && new RegExp(`\\b${name}\\b`).test(x.code));
    return by ? ` (cell ${by.number} has not been run)` : "";
  }
}

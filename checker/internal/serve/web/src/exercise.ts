// Exercise cells: the learner's functions as the file has them, saved, checked,
// with hints and, after a pass, the reference.
import * as api from "./api";
import { h, message, one } from "./dom";
import { Editor } from "./editor";
import type { Kept } from "./kept";
import { many } from "./figures/words";

export class ExerciseCell {
  readonly name: string;
  private editors: Editor[] = [];
  private base: string[] = []; // what the file holds, as far as we know
  private funcs: api.Part[] = [];
  private checking: AbortController | null = null;
  private mounted = false;
  private mounting: Promise<void> | null = null;
  private missing = false;
  private fails = false; // the last check
  private saving: Promise<boolean> | null = null;

  constructor(readonly el: HTMLElement, private readonly kept: Kept, private readonly busy: (on: boolean) => void, private readonly next: () => void, private readonly goOn: () => void) {
    this.name = el.dataset.exercise!;
    el.tabIndex = -1;
    const on = (sel: string, f: () => unknown) => one(el, sel).addEventListener("click", () => void f());
    on(".check", () => this.check());
    on(".save", () => this.save());
    on(".hint", () => this.hint());
    on(".solution", () => this.solution());
  }

  // draft is the name under which a function's text is kept until it is in its file.
  private draft(f: api.Part) { return `${this.el.dataset.piece}/${f.func}`; }

  get dirty() { return this.editors.some((e, i) => e.text !== this.base[i]); }
  get files() { return this.funcs.map((f) => f.file); }

  private say(text: string) { one(this.el, ".note").textContent = text; }

  // mount fetches the functions and puts editors in their places, once.
  mount(): Promise<void> {
    this.mounting ??= api.exercise(this.name).then((x) => { this.mounted = true; this.take(x); }).catch((e) => {
      this.mounting = null; // the next step tries again
      this.say(message(e));
    });
    return this.mounting;
  }

  // take shows what the server says of the exercise; text that the learner is
  // changing here stays.
  private take(x: api.Exercise) {
    const parts = x.parts ?? [];
    if (x.error) this.say(x.error);
    else if (this.missing) this.say("");
    this.missing = !!x.error;
    if (this.missing && this.editors.length) return; // a function is gone from its file: what stands here may be the last of it
    if (this.editors.length !== parts.length) {
      const holder = one(this.el, ".parts");
      holder.replaceChildren();
      this.editors = parts.map((p) => {
        const at = h("div", { class: "editor" });
        holder.append(at);
        return new Editor(at, this.kept.get(this.draft(p))?.source ?? p.text, `${p.func}, in ${p.file}`, {
          run: () => void this.check(),
          runNext: () => { void this.check(); this.next(); },
          save: () => void this.save(),
          changed: () => this.changed(),
          about: () => ({ name: this.name }),
        }, p.line);
      });
      // A draft that was begun from another text than the file has now is a question.
      this.base = parts.map((p) => this.kept.get(this.draft(p))?.base ?? p.text);
      this.funcs = parts;
      if (this.bothChanged(parts)) {
        this.where(x);
        this.ask(x);
        return;
      }
    } else {
      parts.forEach((p, i) => {
        const mine = this.editors[i].text;
        if (mine === this.base[i] && mine !== p.text) this.editors[i].text = p.text;
        this.editors[i].firstLine = p.line;
      });
    }
    this.funcs = parts;
    this.base = parts.map((p) => p.text);
    this.where(x);
    this.changed();
  }

  // where says where the functions are, and how far the exercise is.
  private where(x: api.Exercise) {
    const parts = x.parts ?? [];
    const files = [...new Set(parts.map((p) => p.file))];
    one(this.el, ".where").textContent = files.map((f) => `${f}:${parts.filter((p) => p.file === f).map((p) => p.line).join(", ")}`).join("; ");
    this.passed(x.passed);
    this.hints(x);
  }

  // bothChanged reports whether the file and the reader have changed the same function.
  private bothChanged(parts: api.Part[]) {
    return parts.length === this.editors.length && parts.some((p, i) =>
      p.text !== this.base[i] && this.editors[i].text !== this.base[i] && this.editors[i].text !== p.text);
  }

  // apply takes a draft from another tab.
  apply(x: api.Item) {
    const i = this.funcs.findIndex((f) => this.draft(f) === x.id);
    if (i < 0 || !this.editors[i]) return;
    if (!x.gone) this.editors[i].text = x.source;
    else void this.refresh();
  }

  passed(yes: boolean) {
    this.el.classList.toggle("passed", yes);
    one(this.el, ".prompt").textContent = yes ? "✓" : "";
    one(this.el, ".state").textContent = !yes ? "" : this.fails ? "passed before" : "passed";
    one(this.el, ".solution").hidden = !yes;
  }

  private changed() {
    const dirty = this.dirty;
    (one(this.el, ".save") as HTMLButtonElement).disabled = !dirty;
    this.el.classList.toggle("dirty", dirty);
    this.funcs.forEach((f, i) => {
      const id = this.draft(f), text = this.editors[i]?.text, kept = this.kept.get(id);
      if (text === undefined) return;
      if (text !== this.base[i] && text !== kept?.source) this.kept.put({ id, kind: "draft", source: text, base: this.base[i], gone: false });
      else if (text === this.base[i] && kept) this.kept.put({ id, kind: "draft", source: text, gone: true });
    });
  }

  // refresh takes what an editor has written; where both have changed the
  // function, the learner is asked.
  async refresh() {
    if (!this.mounted || this.saving) return;
    try {
      const now = await api.exercise(this.name);
      if (this.saving) return;
      const parts = now.parts ?? [];
      if (this.bothChanged(parts)) this.ask(now);
      else this.take(now);
    } catch (e) { this.say(message(e)); }
  }

  save(): Promise<boolean> {
    this.saving ??= this.write().finally(() => { this.saving = null; });
    return this.saving;
  }

  private async write(): Promise<boolean> {
    await this.mount();
    if (!this.dirty) return true;
    const sent = this.editors.map((e) => e.text);
    try {
      const { conflict, now } = await api.save(this.name, this.funcs.map((f, i) => ({ func: f.func, base: this.base[i], text: sent[i] })));
      if (conflict) { this.ask(now); return false; }
      // Nothing was typed meanwhile: the file's form is ours (its imports and spaces are tidied).
      this.base = this.base.map((b, i) => (this.editors[i].text === sent[i] ? sent[i] : b));
      this.take(now);
      this.say("saved");
      return true;
    } catch (e) {
      this.say(message(e));
      return false;
    }
  }

  // ask shows the file's version beside the learner's, and loses neither.
  private ask(now: api.Exercise) {
    const parts = now.parts ?? [];
    const box = one(this.el, ".report"), about = JSON.stringify(parts.map((p) => p.text));
    if (box.dataset.asks === about) return; // the question is there already, perhaps under the reader's finger
    const close = () => { delete box.dataset.asks; box.replaceChildren(); };
    box.dataset.asks = about;
    box.replaceChildren(h("div", { class: "conflict", role: "alertdialog", "aria-label": "The file has changed" },
      h("p", {}, h("strong", {}, "The file has changed meanwhile."), " It now holds:"),
      ...parts.map((p) => h("div", { class: "text", tabindex: "0", role: "group", "aria-label": "The file's version" }, h("pre", {}, p.text))),
      h("p", { class: "bar" },
        h("button", { class: "mine", click: () => { this.base = parts.map((p) => p.text); this.funcs = parts; close(); void this.save(); } }, "Keep mine"),
        h("button", { class: "theirs", click: () => { close(); this.base = this.editors.map((e) => e.text); this.take(now); } }, "Take the file's"))));
    this.say("not saved");
  }

  async check(): Promise<boolean> {
    await this.mount();
    if (!(await this.save())) return false;
    this.checking?.abort();
    const c = (this.checking = new AbortController());
    this.el.classList.add("running");
    this.busy(true);
    this.say("checking …");
    one(this.el, ".report").classList.add("old");
    try {
      const r = await api.check(this.name, c.signal);
      this.report(r);
      return r.passed === r.total;
    } catch (e) {
      if (!c.signal.aborted) this.say(message(e));
      return false;
    } finally {
      this.busy(false);
      if (!this.checking || this.checking === c) one(this.el, ".report").classList.remove("old");
      if (this.checking === c) { this.checking = null; this.el.classList.remove("running"); }
    }
  }

  stop() { this.checking?.abort(); this.say("interrupted"); }

  report(r: api.Report) {
    const x = r.exercises.find((e) => e.name === this.name);
    if (!x) return;
    const pass = x.verdict === "pass";
    const open = x.verdict === "not implemented" || x.verdict === "not judged"; // nothing is wrong yet
    const box = one(this.el, ".report");
    const parts: Node[] = [h("p", { class: "verdict" }, h("strong", {}, h("span", { "aria-hidden": "true" }, pass ? "✓ " : open ? "· " : "✗ "), x.verdict), x.place ? h("span", { class: "place" }, x.place) : "")];
    for (const p of r.problems ?? []) parts.push(h("p", { class: "problem" }, h("strong", {}, this.lineOf(p.place) + " "), p.message));
    if (x.message && !pass) parts.push(hanging("What the check says", x.message));
    if (x.printed) parts.push(h("p", { class: "from" }, "your code printed"), text("What your code printed", x.printed));
    if (x.note) parts.push(h("p", {}, x.note));
    for (const n of r.notes ?? []) parts.push(h("p", {}, n));
    parts.push(h("p", { class: "from" }, `${r.seconds.toFixed(1)} s, seed ${r.seed}, ${r.engine === "yaegi" ? "interpreted" : "compiled"}`));
    const held = (x.tests ?? []).filter((t) => t.verdict === "pass");
    if (pass && held.length) parts.push(h("details", { class: "held" }, h("summary", {}, `${many(held.length, "behaviour")} ${held.length === 1 ? "holds" : "hold"}`), h("ul", {}, ...held.map((t) => h("li", {}, behaviour(t.name))))));
    if (pass) parts.push(h("p", { class: "bar" }, h("button", { class: "go-on", click: () => this.goOn() }, "Next exercise")));
    delete box.dataset.asks;
    box.replaceChildren(h("div", { class: "result " + (pass ? "pass" : open ? "open" : "fail") }, ...parts));
    this.el.dataset.verdict = x.verdict;
    this.say("");
    this.fails = !pass;
    this.passed(pass || this.el.classList.contains("passed"));
    this.funcs.forEach((f, i) => this.editors[i]?.mark((r.problems ?? []).flatMap((p) => {
      const m = /^(.*\.go):(\d+)(?::(\d+))?$/.exec(p.place ?? "");
      return m && m[1] === f.file ? [{ line: Number(m[2]) - f.line + 1, column: Number(m[3] ?? 1), message: p.message }] : [];
    })));
  }

  // lineOf names a place: by its line alone, if it is in the exercise's one file.
  private lineOf(place = ""): string {
    const [, file, line] = /^(.*\.go):(\d+)/.exec(place) ?? [];
    return file && this.files.every((f) => f === file) ? `line ${line}:` : place;
  }

  private hints(x: api.Exercise) {
    const box = one(this.el, ".hints");
    while (box.children.length > x.hints.length) box.lastElementChild!.remove();
    const shown = box.children.length;
    x.hints.slice(shown).forEach((html, i) => {
      const e = h("details", { open: shown + i === x.hints.length - 1 }, h("summary", {}, `Hint ${shown + i + 1}`));
      const body = h("div", { class: "prose" });
      body.innerHTML = html; // rendered by the server from the project's own page
      e.append(body);
      box.append(e);
    });
    const b = one(this.el, ".hint") as HTMLButtonElement;
    b.hidden = x.hints.length >= x.of;
    b.textContent = x.hints.length === 0 ? "Hint" : `Hint ${x.hints.length + 1} of ${x.of}`;
  }

  async hint() {
    await this.mount();
    try { this.hints(await api.hint(this.name)); } catch (e) { this.say(message(e)); }
  }

  async solution() {
    const box = one(this.el, ".diff");
    if (box.children.length) { box.replaceChildren(); return; }
    try {
      const rows = await api.solution(this.name);
      box.replaceChildren(h("p", { class: "from" }, "− yours, + the reference"),
        h("div", { class: "text", tabindex: "0", role: "group", "aria-label": "Yours and the reference" },
          h("pre", {}, ...rows.map((r) => h("span", { class: r.op === "+" ? "line plus" : r.op === "-" ? "line minus" : "line" }, `${r.op === "-" ? "−" : r.op} ${r.text}\n`)))));
    } catch (e) { this.say(message(e)); }
  }

  // line goes to a line of a function.
  async line(func: string, file: string, line: number) {
    await this.mount();
    const i = this.funcs.findIndex((f) => f.func === func);
    if (i >= 0) this.editors[i].line(this.funcs[i].file === file ? line - this.funcs[i].line + 1 : 1);
  }

  focus() { if (this.editors[0]) this.editors[0].focus(); else void this.mount().then(() => this.editors[0]?.focus()); }
}

// hanging is a report's message: its prose is broken where the window ends, below
// where it began; dumps, whose columns mean something, are not.
function hanging(label: string, s: string): HTMLElement {
  return h("div", { class: "text", tabindex: "0", role: "group", "aria-label": label }, h("pre", {}, ...s.split("\n").map((line) => {
    const e = h("span", { class: "line" }, line + "\n");
    if (!/^\s*(> )?[0-9a-f]{4}  |\^/.test(line)) {
      const begins = /^(\S+ {2,}|\s*)/.exec(line)![0].length;
      e.classList.add("hangs");
      e.style.paddingLeft = `${begins}ch`;
      e.style.textIndent = `-${begins}ch`;
    }
    return e;
  })));
}

function text(label: string, s: string): HTMLElement {
  return h("div", { class: "text", tabindex: "0", role: "group", "aria-label": label }, h("pre", {}, s));
}

// behaviour is a test's name in words: TestReadMessage_cutShort is "ReadMessage: cut short".
function behaviour(test: string) {
  const [name, ...rest] = test.replace(/^Test/, "").split("_"), method = rest.length && /^[A-Z]/.test(rest[0]!) ? `${name}.${rest.shift()}` : name;
  return [method, rest.join(" ").replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)].filter(Boolean).join(": ");
}

// Help while somebody types: completion, what a name means, errors as they come up,
// and the way to where a name is declared. The server knows all of it.
import { autocompletion, acceptCompletion, closeCompletion, completionKeymap, completionStatus, startCompletion, type CompletionContext } from "@codemirror/autocomplete";
import { setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorSelection, Prec, StateEffect, StateField, type Extension } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap, showTooltip, type Tooltip } from "@codemirror/view";
import * as api from "./api";
import { h } from "./dom";

// About is what the text of an editor is part of.
export interface About { name?: string; above?: { number: number; source: string }[] }

const pause = 180; // milliseconds after the last key, until errors are looked for

const kinds: Record<string, string> = { function: "function", method: "method", field: "property", variable: "variable", constant: "constant", type: "type", package: "namespace", keyword: "keyword" };

export class Help {
  readonly extension: Extension;
  private marks: Diagnostic[] = []; // of the last run or check, until the text changes
  private found: Diagnostic[] = []; // by the type checker
  private timer = 0;
  private asked = 0;

  constructor(private readonly about: () => About, private readonly open: (to: api.Definition) => void) {
    this.extension = [
      autocompletion({ override: [(c) => this.complete(c)], icons: false, maxRenderedOptions: 60, activateOnTypingDelay: 60, defaultKeymap: false }),
      Prec.high(keymap.of([
        ...completionKeymap.filter((k) => k.key !== "Escape"),
        { key: "Tab", run: (v) => acceptCompletion(v) || this.tab(v) },
        { key: "F1", run: (v) => { void this.explain(v); return true; }, preventDefault: true },
        { key: "F2", run: (v) => { void this.rename(v); return true; }, preventDefault: true },
        { key: "F12", run: (v) => { void this.define(v, v.state.selection.main.head); return true; }, preventDefault: true },
      ])),
      hoverTooltip(async (v, pos) => this.tooltip(v, pos), { hideOnChange: true, hoverTime: 350 }),
      explained,
      EditorView.domEventHandlers({ mousedown: (e, v) => {
        const at = (e.ctrlKey || e.metaKey) && e.button === 0 ? v.posAtCoords({ x: e.clientX, y: e.clientY }) : null;
        if (at === null) return false;
        e.preventDefault();
        void this.define(v, at);
        return true;
      } }),
      EditorView.updateListener.of((u) => { if (u.docChanged) this.changed(u.view); }),
    ];
  }

  private ask(v: EditorView, at: number) { return { source: v.state.doc.toString(), at, ...this.about() }; }

  // tab completes a word, as in Jupyter; elsewhere it indents.
  private tab(v: EditorView): boolean {
    if (completionStatus(v.state) === "active") { // the list has only now come up: it takes no answer for 75 ms
      window.setTimeout(() => acceptCompletion(v), 80);
      return true;
    }
    const { main } = v.state.selection;
    if (!main.empty || !/[\w.]$/.test(v.state.doc.lineAt(main.head).text.slice(0, main.head - v.state.doc.lineAt(main.head).from))) return false;
    return startCompletion(v);
  }

  private async complete(c: CompletionContext) {
    const word = c.matchBefore(/[\p{L}_][\p{L}\d_]*|\./u);
    if (!c.explicit && !word) return null;
    if (!c.explicit && /\/\/.*$|^\s*\d+$/.test(c.state.doc.lineAt(c.pos).text.slice(0, c.pos - c.state.doc.lineAt(c.pos).from))) return null;
    const got = await api.complete({ source: c.state.doc.toString(), at: c.pos, ...this.about() }).catch(() => null);
    if (!got?.items.length) return null;
    return { from: got.from, validFor: /^[\p{L}\d_]*$/u, options: got.items.map((x, i) => ({ label: x.name, type: kinds[x.kind], detail: x.detail.replace(/^(func|var|field|const|type) /, "").slice(0, 70), boost: -Math.min(i, 90) })) };
  }

  private async tooltip(v: EditorView, pos: number): Promise<Tooltip | null> {
    const m = await api.inspect(this.ask(v, pos)).catch(() => null);
    if (!m?.signature) return null;
    const word = v.state.wordAt(pos);
    return { pos: word?.from ?? pos, end: word?.to ?? pos, above: true, create: () => ({ dom: meaning(m) }) };
  }

  private async explain(v: EditorView) {
    const t = await this.tooltip(v, v.state.selection.main.head);
    v.dispatch({ effects: explain.of(t ? { ...t, end: undefined } : null) });
  }

  private async define(v: EditorView, at: number) {
    const d = await api.definition(this.ask(v, at)).catch(() => null);
    if (!d?.found) return;
    if (!d.place.file && (!d.place.cell || d.place.cell > Math.max(0, ...(this.about().above ?? []).map((c) => c.number)))) {
      const line = v.state.doc.line(Math.min(d.place.line, v.state.doc.lines));
      v.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
      v.focus();
    } else this.open(d);
  }

  // rename selects the local name at the cursor wherever it stands: what is typed then
  // takes its place everywhere.
  private async rename(v: EditorView) {
    const { doc, selection: { main } } = v.state;
    const all = await api.uses(this.ask(v, main.head)).catch(() => []);
    if (v.state.doc !== doc) return;
    const at = all.findIndex(([from, to]) => from <= main.head && main.head <= to);
    if (at >= 0) v.dispatch({ selection: EditorSelection.create(all.map(([from, to]) => EditorSelection.range(from, to)), at), userEvent: "select.rename" });
    else this.tell(v, "this name is not only yours to change: it is declared elsewhere, or others use it");
  }

  // tell says something at the cursor.
  private tell(v: EditorView, text: string) {
    v.dispatch({ effects: explain.of({ pos: v.state.selection.main.head, above: true, create: () => ({ dom: h("div", { class: "meaning" }, h("p", {}, text)) }) }) });
  }

  // mark shows what a run or a check has found.
  mark(v: EditorView, marks: Diagnostic[]) {
    this.marks = marks;
    this.found = [];
    this.asked++; // an answer that is on its way is about the same text
    this.show(v);
  }

  private show(v: EditorView) { v.dispatch(setDiagnostics(v.state, [...this.marks, ...this.found])); }

  private changed(v: EditorView) {
    clearTimeout(this.timer);
    this.marks = [];
    const mine = ++this.asked;
    this.timer = window.setTimeout(async () => {
      const all = await api.problems(this.ask(v, 0)).catch(() => null);
      if (!all || mine !== this.asked) return;
      this.found = diagnostics(v, all);
      this.show(v);
    }, pause);
  }
}

// diagnostics are errors at their places in an editor's text.
export function diagnostics(v: EditorView, errors: { line?: number; column?: number; message: string }[]): Diagnostic[] {
  const doc = v.state.doc;
  return errors.filter((e) => e.line && e.line >= 1 && e.line <= doc.lines).map((e) => {
    const line = doc.line(e.line!);
    const from = Math.min(line.from + columns(line.text, e.column ?? 1), line.to);
    const word = /^\w+/.exec(doc.sliceString(from, line.to));
    return { from, to: Math.min(line.to, from + (word ? word[0].length : Math.max(1, line.to - from))), severity: "error" as const, message: e.message };
  });
}

// columns turns the compiler's column, which counts bytes, into a place in a line.
function columns(line: string, column: number) {
  const bytes = new TextEncoder().encode(line).slice(0, Math.max(0, column - 1));
  return new TextDecoder().decode(bytes).length;
}

const meaning = (m: api.Meaning) => h("div", { class: "meaning" }, h("pre", {}, m.signature), ...(m.doc ? [h("p", {}, m.doc)] : []));

const explain = StateEffect.define<Tooltip | null>();
const explained = StateField.define<Tooltip | null>({
  create: () => null,
  update(now, t) {
    for (const e of t.effects) if (e.is(explain)) return e.value;
    return t.docChanged || t.selection ? null : now;
  },
  provide: (f) => showTooltip.from(f),
});

// escape closes what helps; it reports whether there was anything.
export function escape(v: EditorView): boolean {
  if (v.state.selection.ranges.length > 1) { v.dispatch({ selection: v.state.selection.asSingle() }); return true; }
  if (v.state.field(explained, false)) { v.dispatch({ effects: explain.of(null) }); return true; }
  // A list that is still asked for is not seen: it goes, and the key does what else it does.
  return [completionStatus(v.state) === "active", closeCompletion(v)][0];
}

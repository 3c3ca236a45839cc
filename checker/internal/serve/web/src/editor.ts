// The editor of a cell: CodeMirror with Go, and the keys of the workbook.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { goLanguage } from "@codemirror/lang-go";
import { setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

const style = HighlightStyle.define([
  { tag: [t.keyword, t.controlKeyword, t.definitionKeyword, t.moduleKeyword], class: "t-k" },
  { tag: [t.string, t.character], class: "t-s" },
  { tag: [t.number, t.bool, t.null], class: "t-n" },
  { tag: t.comment, class: "t-c" },
  { tag: [t.function(t.definition(t.variableName)), t.function(t.variableName), t.function(t.propertyName)], class: "t-f" },
  { tag: [t.typeName, t.standard(t.name)], class: "t-t" },
]);

export interface Keys {
  run?: () => void; // Ctrl-Enter
  runNext?: () => void; // Shift-Enter
  save?: () => void; // Ctrl-S
  changed?: () => void;
}

const nonce = document.getElementById("app")?.dataset.nonce ?? "";

// leave goes from an editor to its cell, which remembers how many of its editors
// are behind the reader until the focus goes elsewhere.
function leave(from: HTMLElement) {
  const cell = from.closest("section") as HTMLElement;
  cell.focus();
  cell.dataset.left = String(1 + [...cell.querySelectorAll(".cm-content")].indexOf(from));
  cell.addEventListener("blur", () => delete cell.dataset.left, { once: true });
  return true;
}

const numbers = (first: number) => lineNumbers({ formatNumber: (n) => String(n + first - 1) });

export class Editor {
  readonly view: EditorView;
  private readonly numbers = new Compartment();

  constructor(parent: HTMLElement, doc: string, label: string, keys: Keys, private first = 1) {
    const bind = (f?: () => void) => () => { f?.(); return true; };
    const here = parent.contains(document.activeElement);
    parent.replaceChildren();
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc,
        extensions: [
          keymap.of([
            { key: "Shift-Enter", run: bind(keys.runNext ?? keys.run) },
            { key: "Mod-Enter", run: bind(keys.run) },
            { key: "Mod-s", run: bind(keys.save), preventDefault: true },
            { key: "Escape", run: () => leave(this.view.contentDOM) },
          ]),
          this.numbers.of(numbers(first)), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(),
          goLanguage, syntaxHighlighting(style), indentUnit.of("\t"), EditorState.tabSize.of(4),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.updateListener.of((u) => { if (u.docChanged) keys.changed?.(); }),
          EditorView.contentAttributes.of({ "aria-label": label + ". Escape leaves the editor", tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
          EditorView.cspNonce.of(nonce),
        ],
      }),
    });
    if (here) this.focus();
  }

  // firstLine is the number of the first line: the function moves with what
  // stands above it in its file.
  set firstLine(n: number) {
    if (n === this.first) return;
    this.first = n;
    this.view.dispatch({ effects: this.numbers.reconfigure(numbers(n)) });
  }

  get text() { return this.view.state.doc.toString(); }

  set text(s: string) {
    const { main } = this.view.state.selection;
    const at = Math.min(main.head, s.length);
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: s }, selection: { anchor: at } });
  }

  focus() { this.view.focus(); }

  // mark marks lines with errors; it takes older marks away.
  mark(errors: { line: number; column?: number; message: string }[]) {
    const doc = this.view.state.doc;
    this.view.dispatch(setDiagnostics(this.view.state, errors.filter((e) => e.line >= 1 && e.line <= doc.lines).map((e) => {
      const line = doc.line(e.line);
      const from = Math.min(line.from + Math.max(0, (e.column ?? 1) - 1), line.to);
      const word = /^\w+/.exec(doc.sliceString(from, line.to));
      return { from, to: Math.min(line.to, from + (word ? word[0].length : Math.max(1, line.to - from))), severity: "error" as const, message: e.message };
    })));
  }
}

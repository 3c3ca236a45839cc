// The editor of a cell: CodeMirror with Go, and the keys of the workbook.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { getCM, vim } from "@replit/codemirror-vim";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { goLanguage } from "@codemirror/lang-go";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";
import { diagnostics, escape, Help, type About } from "./help";

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
  runBelow?: () => void; // Alt-Enter
  save?: () => void; // Ctrl-S
  split?: (at: number) => void; // Ctrl-Shift-Minus
  leave?: () => void; // Escape
  changed?: () => void;
  plain?: boolean; // prose, not Go
  about?: () => About; // for help while typing
}

// found is called with the place where a name is declared, outside of the editor.
export const found = new EventTarget();

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

// Vim's keys are for those who ask for them.
const open = new Set<Editor>();
export const vimKeys = () => localStorage.getItem("vim") === "yes";
export function setVimKeys(on: boolean) {
  localStorage.setItem("vim", on ? "yes" : "no");
  for (const e of open) e.setVim();
}

export class Editor {
  readonly view: EditorView;
  private readonly numbers = new Compartment();
  private readonly vim = new Compartment();
  private readonly help: Help | null;

  constructor(parent: HTMLElement, doc: string, label: string, keys: Keys, private first = 1) {
    const bind = (f?: () => void) => () => { f?.(); return true; };
    const here = parent.contains(document.activeElement);
    parent.replaceChildren();
    this.help = keys.about ? new Help(keys.about, (to) => found.dispatchEvent(new CustomEvent("found", { detail: to }))) : null;
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc,
        extensions: [
          Prec.highest(keymap.of([
            { key: "Shift-Enter", run: bind(keys.runNext ?? keys.run) },
            { key: "Mod-Enter", run: bind(keys.run) },
            { key: "Alt-Enter", run: bind(keys.runBelow ?? keys.runNext ?? keys.run) },
            { key: "Ctrl-Shift--", run: () => { keys.split?.(this.view.state.selection.main.head); return true; }, preventDefault: true },
            { key: "Ctrl-Shift-_", run: () => { keys.split?.(this.view.state.selection.main.head); return true; }, preventDefault: true },
            { key: "Mod-s", run: bind(keys.save), preventDefault: true },
            { key: "Escape", run: () => this.escape(keys) },
          ])),
          this.vim.of(vimKeys() ? vim() : []), this.help?.extension ?? [],
          keys.plain ? EditorView.lineWrapping : this.numbers.of(numbers(first)), history(), drawSelection(), EditorState.allowMultipleSelections.of(true), indentOnInput(), bracketMatching(), keys.plain ? [] : closeBrackets(), highlightActiveLine(),
          keys.plain ? [] : goLanguage, syntaxHighlighting(style), indentUnit.of("\t"), EditorState.tabSize.of(4),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.updateListener.of((u) => { if (u.docChanged) keys.changed?.(); }),
          EditorView.contentAttributes.of({ "aria-label": label + ". Escape leaves the editor", tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
          EditorView.cspNonce.of(nonce),
        ],
      }),
    });
    open.add(this);
    if (here) this.focus();
  }

  // escape closes what is open above the text, leaves vim's modes, and then the editor.
  private escape(keys: Keys): boolean {
    if (escape(this.view)) return true;
    const state = vimKeys() ? getCM(this.view)?.state.vim : null;
    if (state && (state.insertMode || state.visualMode)) return false;
    keys.leave?.();
    return leave(this.view.contentDOM);
  }

  setVim() { this.view.dispatch({ effects: this.vim.reconfigure(vimKeys() ? vim() : []) }); }

  // close is for an editor whose place is gone.
  close() { open.delete(this); this.view.destroy(); }

  // firstLine is the number of the first line: the function moves with what
  // stands above it in its file.
  set firstLine(n: number) {
    if (n === this.first) return;
    this.first = n;
    this.view.dispatch({ effects: this.numbers.reconfigure(numbers(n)) });
  }

  get text() { return this.view.state.doc.toString(); }

  // The cursor stays where it is: only what differs is replaced.
  set text(s: string) {
    const old = this.text;
    if (old === s) return;
    let from = 0, end = 0;
    while (from < Math.min(old.length, s.length) && old[from] === s[from]) from++;
    while (end < Math.min(old.length, s.length) - from && old[old.length - 1 - end] === s[s.length - 1 - end]) end++;
    this.view.dispatch({ changes: { from, to: old.length - end, insert: s.slice(from, s.length - end) } });
  }

  focus() { this.view.focus(); }

  // line goes to a line.
  line(n: number) {
    const at = this.view.state.doc.line(Math.max(1, Math.min(n, this.view.state.doc.lines)));
    this.view.dispatch({ selection: { anchor: at.from }, scrollIntoView: true });
    this.focus();
  }

  // mark marks lines with errors; it takes older marks away.
  mark(errors: { line: number; column?: number; message: string }[]) { this.help?.mark(this.view, diagnostics(this.view, errors)); }
}

// The reader's own cells: added, moved, split, merged and deleted anywhere on the page,
// next to its pieces. All of it can be undone.
import * as api from "./api";
import { CodeCell, Page } from "./cells";
import { h, one } from "./dom";
import type { Kept } from "./kept";
import { NoteCell } from "./notes";

type Own = CodeCell | NoteCell;

export class Cells {
  readonly code = new Map<HTMLElement, CodeCell>();
  readonly notes = new Map<HTMLElement, NoteCell>();
  private readonly byID = new Map<string, Own>();
  private readonly undos: { what: string; undo: () => void }[] = [];

  constructor(private readonly main: HTMLElement, private readonly page: Page, private readonly kept: Kept,
    private readonly added: (el: HTMLElement) => void, private readonly go: (el: HTMLElement | null, inside: boolean) => void,
    private readonly next: (from: HTMLElement) => void, private readonly say: (text: string, undo?: () => void) => void) {}

  // start makes the cells that were kept.
  start() { for (const x of this.kept.items.values()) if (!x.gone) this.show(x); }

  sections() { return [...this.main.querySelectorAll<HTMLElement>("section.cell")]; }

  private own(el: Element | null) { return (el as HTMLElement | null)?.dataset.own ? this.byID.get((el as HTMLElement).dataset.own!) : undefined; }

  // add takes a code cell of the page.
  add(c: CodeCell) { this.code.set(c.el, c); this.byID.set(c.id, c); this.page.add(c); }

  // apply takes a change from another tab, or one that was left over.
  apply(x: api.Item) {
    const c = this.byID.get(x.id);
    const kind = c instanceof NoteCell ? "note" : c?.kind;
    if (c && (x.gone || kind !== x.kind)) this.hide(c);
    if (x.gone) return;
    const now = this.byID.get(x.id);
    if (!now) this.show(x);
    else {
      now.apply(x);
      if (x.at) this.place(now.el, x.at);
    }
  }

  private show(x: api.Item) {
    if (x.kind !== "code" && x.kind !== "note" || !x.at) return;
    const el = x.kind === "code" ? codeSection(x.id, this.page.number()) : noteSection(x.id);
    this.place(el, x.at);
    if (x.kind === "code") {
      const c = new CodeCell(el, this.page, x.id, Number(el.dataset.number), "", null);
      this.add(c);
    } else {
      const c = new NoteCell(el, x.id, this.kept, this.next, (from, at) => this.split(from, at));
      this.notes.set(el, c);
      this.byID.set(x.id, c);
    }
    this.added(el);
  }

  private hide(c: Own) {
    if (c instanceof CodeCell) { this.code.delete(c.el); this.page.remove(c); } else this.notes.delete(c.el);
    this.byID.delete(c.id);
    c.editor?.close();
    c.el.remove();
  }

  // place puts a cell's element where its spot is, among others there by their order.
  private place(el: HTMLElement, at: api.Spot) {
    el.dataset.near = at.id;
    el.dataset.side = at.before ? "before" : "after";
    el.dataset.order = String(at.order);
    const first = this.main.querySelector<HTMLElement>("[data-piece]");
    const piece = at.id === top ? null : this.main.querySelector<HTMLElement>(`[data-piece="${CSS.escape(at.id)}"]`);
    const others = this.there(at.id, at.before).filter((x) => x !== el), last = others.filter((x) => Number(x.dataset.order) <= at.order).at(-1);
    if (last) last.after(el);
    else if (others.length) others[0].before(el);
    else if (piece) { if (at.before) piece.before(el); else piece.after(el); }
    else ((first && this.there(first.dataset.piece!, true)[0]) ?? first ?? one(this.main, ".add")).before(el);
    this.page.sort();
  }

  // there are the own cells on one side of a piece.
  private there(id: string, before = false) {
    return this.sections().filter((x) => x.dataset.near === id && x.dataset.side === (before ? "before" : "after"))
      .sort((a, b) => Number(a.dataset.order) - Number(b.dataset.order));
  }

  // spot is the place above or below a cell; without one, at the end of the page.
  private spot(at: HTMLElement | null, below: boolean): api.Spot {
    if (!at) {
      const pieces = [...this.main.querySelectorAll<HTMLElement>("[data-piece]")];
      const id = pieces.at(-1)?.dataset.piece ?? top;
      return { id, order: Number(this.there(id).at(-1)?.dataset.order ?? -1) + 1 };
    }
    const order = (x?: HTMLElement) => (x ? Number(x.dataset.order) : NaN);
    if (!at.dataset.own) {
      const id = at.dataset.piece!, list = this.there(id, !below);
      return below ? { id, order: list.length ? order(list[0]) - 1 : 0 } : { id, before: true, order: list.length ? order(list.at(-1)) + 1 : 0 };
    }
    const id = at.dataset.near!, before = at.dataset.side === "before", list = this.there(id, before), i = list.indexOf(at);
    const other = order(list[below ? i + 1 : i - 1]);
    return { id, before, order: Number.isNaN(other) ? order(at) + (below ? 1 : -1) : (order(at) + other) / 2 };
  }

  insert(at: HTMLElement | null, below: boolean, kind: "code" | "note" = "code", source = ""): HTMLElement {
    const id = "u-" + crypto.randomUUID();
    this.kept.put({ id, kind, source, at: this.spot(at, below) });
    this.show(this.kept.get(id)!);
    return this.byID.get(id)!.el;
  }

  // pages says that a cell is not the reader's to move or delete.
  private pages(el: HTMLElement, what: string) {
    this.say(el.classList.contains("exercise") ? `an exercise stays where it is: only your own cells can be ${what}` : `this cell is the page's: only your own can be ${what}`);
  }

  remove(el: HTMLElement) {
    const c = this.own(el);
    if (!c) { this.pages(el, "deleted"); return; }
    const all = this.sections(), i = all.indexOf(el);
    this.kept.put({ id: c.id, kind: c instanceof NoteCell ? "note" : "code", gone: true });
    this.hide(c);
    this.go(all[i + 1] ?? all[i - 1] ?? null, false);
    this.undoable("deleted a cell", () => this.bring(c.id));
  }

  private bring(id: string) {
    const x = this.kept.items.get(id)!;
    this.kept.put({ id, kind: x.kind, gone: false });
    this.show(this.kept.get(id)!);
    this.go(this.byID.get(id)!.el, false);
  }

  move(el: HTMLElement, by: 1 | -1) {
    const c = this.own(el);
    if (!c) { this.pages(el, "moved"); return; }
    const all = this.sections(), to = all[all.indexOf(el) + by];
    if (!to) return;
    const was: api.Spot = { id: el.dataset.near!, before: el.dataset.side === "before", order: Number(el.dataset.order) };
    const put = (at: api.Spot) => {
      this.kept.put({ id: c.id, kind: c instanceof NoteCell ? "note" : "code", at });
      this.place(el, at);
      this.go(el, false);
    };
    put(this.spot(to, by > 0));
    this.undoable("moved a cell", () => put(was), true);
  }

  // become makes a note of a code cell, or the other way round.
  become(el: HTMLElement, kind: "code" | "note") {
    const c = this.own(el);
    if (!c) { this.pages(el, "turned into notes"); return; }
    const was = c instanceof NoteCell ? "note" : "code";
    if (was === kind) return;
    const turn = (to: "code" | "note") => {
      const now = this.byID.get(c.id);
      if (!now) return;
      this.kept.put({ id: c.id, kind: to, source: now.code, ran: "", html: undefined });
      this.hide(now);
      this.show(this.kept.get(c.id)!);
      this.go(this.byID.get(c.id)!.el, false);
    };
    turn(kind);
    this.undoable("changed a cell's kind", () => turn(was), true);
  }

  split(c: Own, at: number) {
    const kind = c instanceof NoteCell ? "note" : "code";
    const whole = c.code, below = this.insert(c.el, true, kind, whole.slice(at).replace(/^\n+/, ""));
    c.code = whole.slice(0, at).trimEnd();
    this.go(below, true);
    this.undoable("split a cell", () => { const x = this.own(below); if (x) { this.kept.put({ id: x.id, kind, gone: true }); this.hide(x); } c.code = whole; this.go(c.el, false); }, true);
  }

  // merge joins a cell with the one below; the page's cells stay.
  merge(el: HTMLElement) {
    const all = this.sections(), below = all[all.indexOf(el) + 1];
    const a = this.own(el) ?? this.code.get(el), b = below && (this.own(below) ?? this.code.get(below));
    if (!a || !b || a instanceof NoteCell !== b instanceof NoteCell) { this.say("there is no cell of the same kind below to merge with"); return; }
    const [stays, goes] = this.own(below) ? [a, b] : this.own(el) ? [b, a] : [];
    if (!stays || !goes) { this.say("both cells are the page's: they stay as they are"); return; }
    const was = stays.code;
    stays.code = a.code + (a instanceof NoteCell ? "\n\n" : "\n") + b.code;
    this.kept.put({ id: goes.id, kind: goes instanceof NoteCell ? "note" : "code", gone: true });
    this.hide(goes);
    this.go(stays.el, false);
    this.undoable("merged two cells", () => { stays.code = was; this.bring(goes.id); });
  }

  setBack(el: HTMLElement) {
    const c = this.code.get(el);
    if (!c || c.base === null) return;
    const was = c.code;
    c.setBack();
    this.undoable("set the cell back", () => { c.code = was; });
  }

  // undoable notes a step that can be taken back, and offers that unless it was small.
  undoable(what: string, undo: () => void, quiet = false) {
    this.undos.push({ what, undo });
    if (!quiet) this.say(what, () => this.undo());
  }

  undo() {
    const last = this.undos.pop();
    if (!last) { this.say("there is nothing to undo"); return; }
    last.undo();
    this.say("undone: " + last.what.split(":")[0]); // what came of it is gone too
  }
}

const top = "top";

const gutter = () => h("div", { class: "gutter" }, h("span", { class: "prompt" }, "In [\u00a0]"));
const more = (what: string) => h("button", { class: "more", "aria-haspopup": "menu", "aria-label": `More for ${what}`, title: "More" }, "⋯");

function codeSection(id: string, number: number) {
  return h("section", { class: "cell code own", id: `cell-${number}`, "data-own": id, "data-number": String(number), "aria-label": `Your code cell ${number}` }, gutter(),
    h("div", { class: "body" }, h("div", { class: "editor" }, h("div", { class: "still", tabindex: "0", role: "group", "aria-label": `Source of cell ${number}` }, h("pre"))),
      h("div", { class: "bar" }, h("button", { class: "run" }, "Run"), h("span", { class: "note", role: "status" }), more(`cell ${number}`)),
      h("div", { class: "out", "data-from": "none" })));
}

let notes = 0;

function noteSection(id: string) {
  const name = `note-${++notes}`;
  return h("section", { class: "cell markdown own", id: name, "data-own": id, "aria-label": "Your note" },
    h("div", { class: "body" }, h("div", { class: "prose rendered" }), h("div", { class: "editor" }),
      h("div", { class: "bar" }, h("button", { class: "done" }, "Done"), h("span", { class: "note", role: "status" }), more("the note"))));
}

// Menu is what can be done with a cell, for mice and fingers; each entry names its key.
export class Menu {
  private readonly el = one(document, "#more");
  private at: HTMLElement | null = null;

  constructor(private readonly entries: { label: string; keys: string; when?: (at: HTMLElement) => boolean; act: (at: HTMLElement) => void }[]) {
    document.addEventListener("click", (e) => {
      const b = (e.target as HTMLElement).closest<HTMLElement>("button.more");
      if (b) this.open(b);
    });
    this.el.addEventListener("keydown", (e) => {
      const all = [...this.el.querySelectorAll<HTMLElement>("button")], i = all.indexOf(document.activeElement as HTMLElement);
      const to = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: all.length - 1 }[e.key];
      if (to !== undefined) { e.preventDefault(); all[(to + all.length) % all.length].focus(); }
      if (e.key === "Tab") this.el.hidePopover();
    });
    this.el.addEventListener("toggle", (e) => { if ((e as ToggleEvent).newState === "closed" && (document.activeElement === document.body || this.el.contains(document.activeElement))) this.at?.focus(); });
  }

  private open(b: HTMLElement) {
    const at = (this.at = b.closest("section") as HTMLElement);
    this.el.replaceChildren(...this.entries.filter((x) => x.when?.(at) ?? true).map((x) =>
      h("button", { role: "menuitem", click: () => { this.el.hidePopover(); at.focus(); x.act(at); } }, h("span", {}, x.label), h("kbd", {}, x.keys))));
    this.el.showPopover();
    const r = b.getBoundingClientRect(), m = this.el.getBoundingClientRect();
    this.el.style.left = Math.max(8, Math.min(r.right - m.width, innerWidth - m.width - 8)) + "px";
    this.el.style.top = (r.bottom + m.height + 8 < innerHeight ? r.bottom + 4 : Math.max(8, r.top - m.height - 4)) + "px";
    one(this.el, "button").focus();
  }
}

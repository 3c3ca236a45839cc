// The workbook's page: mounts editors where they come into view, binds the keys,
// listens for changes of files and progress.
import * as api from "./api";
import { CodeCell, Page } from "./cells";
import { h, message, one } from "./dom";
import { found, setVimKeys, vimKeys } from "./editor";
import { ExerciseCell } from "./exercise";
import { figures } from "./figures/figures";
import { Kept } from "./kept";
import { Cells, Menu } from "./own";
import { Program } from "./program";

const button = (id: string) => document.getElementById(id) as HTMLButtonElement;
const main = document.getElementById("page")!;
let busy = 0;

const working = (on: boolean) => { busy += on ? 1 : -1; button("interrupt").disabled = busy === 0; };
const kept = new Kept((x) => changed(x), asked, (text) => say("", text));
const page = new Page(kept, working);
const exercises = new Map<HTMLElement, ExerciseCell>();
const programs = new Map<HTMLElement, Program>();
const near = new IntersectionObserver((entries) => {
  for (const e of entries) {
    if (!e.isIntersecting) continue;
    near.unobserve(e.target);
    mount(e.target as HTMLElement);
  }
}, { rootMargin: "600px" });
const cells = new Cells(main, page, kept, (el) => near.observe(el), (el, inside) => { if (el) go(el, inside); else main.focus(); },
  (from) => step(from, 1, false), (text, undo) => say("", text + (undo ? ". " : ""), ...(undo ? [h("button", { class: "undo", click: () => { say(""); undo(); } }, "Undo")] : [])));
const sections = () => cells.sections();

const sources = new Map(api.data.cells.map((c) => [c.number, c.source]));
for (const el of sections()) {
  if (el.classList.contains("code")) {
    const text = sources.get(Number(el.dataset.number)) ?? "";
    cells.add(new CodeCell(el, page, el.dataset.piece!, Number(el.dataset.number), text, text));
  } else if (el.classList.contains("living")) {
    programs.set(el, new Program(el, working));
  } else {
    exercises.set(el, new ExerciseCell(el, kept, working, () => step(el, 1, true), () => goOn(el)));
  }
  near.observe(el);
}
cells.start();
page.next = (from) => {
  if (sections().at(-1) === from.el) go(cells.insert(from.el, true), true);
  else step(from.el, 1, true);
};
page.below = (from) => go(cells.insert(from.el, true), true);
page.split = (from, at) => cells.split(from, at);

// changed takes an item that another tab has changed, or that was left over.
function changed(x: api.Item) {
  if (x.kind !== "draft") cells.apply(x);
  else for (const e of exercises.values()) e.apply(x);
}

// asked has the reader choose between two texts of a cell, both typed.
function asked(mine: api.Item, theirs: api.Item, choose: (mine: boolean) => void) {
  const at = main.querySelector<HTMLElement>(`[data-piece="${CSS.escape(mine.id.split("/")[0])}"], [data-own="${CSS.escape(mine.id)}"]`);
  const box = h("div", { class: "conflict", role: "alertdialog", "aria-label": "Changed in another window" },
    h("p", {}, h("strong", {}, "Another window has changed this too."), theirs.gone ? " It was deleted there." : " It has now:"),
    ...(theirs.gone ? [] : [h("div", { class: "text", tabindex: "0", role: "group", "aria-label": "The other window's version" }, h("pre", {}, theirs.source))]),
    h("p", { class: "bar" }, h("button", { class: "mine", click: () => { box.remove(); choose(true); } }, "Keep mine"),
      h("button", { class: "theirs", click: () => { box.remove(); choose(false); } }, "Take the other")));
  if (at) one(at, ".bar").before(box);
  else choose(true);
}

// A name is declared elsewhere: in a cell, in an exercise of this page or of another,
// or in a file that no page shows.
found.addEventListener("found", (e) => {
  const d = (e as CustomEvent<api.Definition>).detail, [to, anchor] = d.exercise.split("#");
  const cell = page.cells.find((c) => c.number === d.place.cell);
  const exercise = to === api.data.lesson ? document.getElementById(anchor) : null;
  if (cell) { go(cell.el, true); cell.editor.line(d.place.line); }
  else if (exercise) { exercise.scrollIntoView({ block: "nearest" }); void exercises.get(exercise)?.line(d.place.func!, d.place.file!, d.place.line); }
  else say("", "declared in ", d.exercise ? h("a", { href: d.exercise }, `${d.place.file}:${d.place.line}`) : `${d.place.file}:${d.place.line}`);
});

function mount(el: HTMLElement) {
  cells.code.get(el)?.mount();
  void exercises.get(el)?.mount();
}

function edit(el: HTMLElement) {
  mount(el);
  if (cells.code.has(el)) cells.code.get(el)!.editor.focus();
  else if (cells.notes.has(el)) cells.notes.get(el)!.edit();
  else (exercises.get(el) ?? programs.get(el))!.focus();
}

// go goes to a cell; inside says whether to edit it.
function go(el: HTMLElement, inside: boolean) {
  if (inside) edit(el);
  else el.focus();
  el.scrollIntoView({ block: "nearest" });
}

// goOn goes to the next exercise that has not passed; after the last, to what the page
// says next.
function goOn(from: Element | null) {
  const all = [...exercises.keys()], i = all.indexOf(from as HTMLElement);
  const to = [...all.slice(i + 1), ...all.slice(0, i + 1)].find((x) => !x.classList.contains("passed"));
  if (to) { go(to, true); to.scrollIntoView({ block: "start" }); }
  else document.querySelector<HTMLElement>(".next a")?.focus();
}

// step goes to the cell after or before.
function step(from: Element | null, by: number, inside: boolean) {
  const all = sections(), i = from ? all.indexOf(from as HTMLElement) : by > 0 ? -1 : 0;
  const to = all[Math.max(0, Math.min(all.length - 1, i + by))];
  if (to) go(to, inside && to !== from);
}

let checking: AbortController | null = null; // the whole lesson

async function interrupt() {
  checking?.abort();
  for (const e of exercises.values()) if (e.el.classList.contains("running")) e.stop();
  await page.interrupt();
}

async function checkAll() {
  if (checking) return;
  const b = button("check-all"), c = (checking = new AbortController());
  b.disabled = true;
  working(true);
  say("checking the lesson …");
  try {
    for (const e of exercises.values()) {
      if (e.dirty && !(await e.save())) { say("", `${e.name} was not saved, so nothing was checked`); return; }
    }
    const r = await api.check("", c.signal);
    for (const e of exercises.values()) { await e.mount(); e.report(r); }
    const next = r.exercises.find((x) => x.verdict !== "pass");
    say("", `${r.passed} of ${r.total} pass`, ...(next ? [", next: ", h("a", { href: "#exercise-" + next.name }, next.name)] : []));
  } catch (e) {
    say("", c.signal.aborted ? "interrupted" : message(e));
  } finally {
    checking = null;
    b.disabled = false;
    working(false);
  }
}

let passed = new AbortController(); // of the word that the reader's next step takes away

// say shows a line at the foot of the window: one that lasts until it is over,
// or, where that is "", a passing word.
function say(lasting: string, ...passing: (Node | string)[]) {
  passed.abort();
  passed = new AbortController();
  let e = document.getElementById("said");
  if (!e) { e = h("p", { id: "said", role: "status" }); document.body.append(e); }
  const at = e;
  at.replaceChildren(lasting, ...passing);
  at.hidden = at.textContent === "";
  if (!passing.length) return;
  for (const step of ["pointerdown", "keydown"]) {
    addEventListener(step, (x) => {
      if (!at.contains(x.target as Node) && (x as KeyboardEvent).key !== "Tab") say("");
    }, { capture: true, signal: passed.signal });
  }
}

const system = matchMedia("(prefers-color-scheme: dark)");

function theme(to: string) {
  document.documentElement.classList.remove("dark", "light");
  document.documentElement.classList.add(to);
  localStorage.setItem("theme", to);
  dispatchEvent(new Event("theme"));
}

function otherTheme() {
  const now = document.documentElement.classList;
  const dark = now.contains("dark") || (system.matches && !now.contains("light"));
  theme(dark ? "light" : "dark");
}
const chosen = localStorage.getItem("theme");
if (chosen === "dark" || chosen === "light") theme(chosen);
system.addEventListener("change", () => dispatchEvent(new Event("theme")));

async function restart() {
  const undo = await page.restart();
  let back = false;
  const written = new AbortController(); // once the reader goes on, what was forgotten is written down as well
  const write = (e: Event) => {
    if ((e.target as HTMLElement).closest?.("#said")) return;
    written.abort();
    if (!back) for (const c of page.cells) c.forgotten();
  };
  cells.undoable("restarted: no cell has run", () => { back = true; written.abort(); undo(); });
  addEventListener("input", write, { capture: true, signal: written.signal });
  addEventListener("click", write, { capture: true, signal: written.signal });
}

const help = document.getElementById("help") as HTMLDialogElement;
const actions: Record<string, (at: HTMLElement | null) => unknown> = {
  "?": () => help.showModal(),
  j: (at) => step(at, 1, false),
  k: (at) => step(at, -1, false),
  ArrowDown: (at) => at && step(at, 1, false),
  ArrowUp: (at) => at && step(at, -1, false),
  i: interrupt,
  r: restart,
  "0 0": restart,
  A: () => page.runAll(),
  t: otherTheme,
  h: (at) => exercises.get(at!)?.hint(),
  a: (at) => go(cells.insert(at, false), false),
  b: (at) => go(cells.insert(at, true), false),
  "d d": (at) => at && cells.remove(at),
  n: (at) => goOn(at),
  z: () => cells.undo(),
  m: (at) => at && cells.become(at, "note"),
  y: (at) => at && cells.become(at, "code"),
  M: (at) => at && cells.merge(at),
  K: (at) => at && cells.move(at, -1),
  J: (at) => at && cells.move(at, 1),
};
let before = ""; // the key pressed last, of those that are pressed twice

new Menu([
  { label: "Insert a cell above", keys: "a", act: (at) => go(cells.insert(at, false), true) },
  { label: "Insert a cell below", keys: "b", act: (at) => go(cells.insert(at, true), true) },
  { label: "Insert a note below", keys: "b m", act: (at) => go(cells.insert(at, true, "note"), true) },
  { label: "Move up", keys: "K", when: (at) => !!at.dataset.own, act: (at) => cells.move(at, -1) },
  { label: "Move down", keys: "J", when: (at) => !!at.dataset.own, act: (at) => cells.move(at, 1) },
  { label: "Turn into a note", keys: "m", when: (at) => !!at.dataset.own && cells.code.has(at), act: (at) => cells.become(at, "note") },
  { label: "Turn into code", keys: "y", when: (at) => cells.notes.has(at), act: (at) => cells.become(at, "code") },
  { label: "Merge with the cell below", keys: "M", when: (at) => cells.code.has(at) || cells.notes.has(at), act: (at) => cells.merge(at) },
  { label: "Set back to the page's text", keys: "", when: (at) => at.classList.contains("changed"), act: (at) => cells.setBack(at) },
  { label: "Delete", keys: "d d", when: (at) => !!at.dataset.own, act: (at) => cells.remove(at) },
]);

document.addEventListener("keydown", (e) => {
  const at = e.target as HTMLElement;
  if (e.defaultPrevented || at.closest(".cm-editor, dialog, [popover], input, select, canvas")) return;
  if (at.matches("section.cell") && e.key === "Enter") {
    e.preventDefault();
    const c = cells.code.get(at);
    if (e.shiftKey || e.ctrlKey || e.altKey) {
      if (c) void page.run(c);
      else if (programs.has(at)) void programs.get(at)!.toggle();
      else void exercises.get(at)?.check();
      if (e.altKey) go(cells.insert(at, true), true);
      else if (e.shiftKey && sections().at(-1) === at && c) go(cells.insert(at, true), true);
      else if (e.shiftKey) step(at, 1, false);
    }
    else edit(at);
    return;
  }
  if (at.matches("section.cell") && e.key === "Tab" && !e.shiftKey && at.dataset.left) { // on from the editor that was left
    const editors = [...at.querySelectorAll<HTMLElement>(".cm-content")];
    e.preventDefault();
    (editors[Number(at.dataset.left)] ?? one(at, ".bar button:not([hidden], :disabled)")).focus();
    return;
  }
  const cell = at.closest<HTMLElement>("section.cell");
  if (e.metaKey || e.altKey) return;
  if (e.ctrlKey) { // as in JupyterLab
    if (e.shiftKey && cell && (e.key === "ArrowUp" || e.key === "ArrowDown")) { e.preventDefault(); cells.move(cell, e.key === "ArrowUp" ? -1 : 1); }
    return;
  }
  const twice = before === e.key ? `${e.key} ${e.key}` : "";
  before = e.key;
  const act = (twice && actions[twice]) || actions[e.key];
  if (!act || at.closest("button, a, summary") && e.key.startsWith("Arrow") || e.key.startsWith("Arrow") && !at.matches("section.cell")) return;
  e.preventDefault();
  if (twice) before = "";
  void act(cell);
});

button("add-code").onclick = () => go(cells.insert(null, true), true);
button("add-note").onclick = () => go(cells.insert(null, true, "note"), true);
button("run-all").onclick = () => void page.runAll();
button("interrupt").onclick = () => void interrupt();
button("restart").onclick = () => void restart();
button("check-all").onclick = () => void checkAll();
button("theme").onclick = otherTheme;
button("keys").onclick = () => help.showModal();
const vimBox = document.getElementById("vim") as HTMLInputElement;
vimBox.checked = vimKeys();
vimBox.onchange = () => setVimKeys(vimBox.checked);
function menu(open: boolean) {
  document.body.classList.toggle("menu", open);
  button("menu").setAttribute("aria-expanded", String(open));
}
button("menu").onclick = () => menu(!document.body.classList.contains("menu"));
document.addEventListener("click", (e) => { // a lesson is chosen, or the page behind is wanted
  const at = e.target as HTMLElement;
  if (at.closest("#side") ? at.closest("a") : !at.closest("#menu")) menu(false);
});
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape" || !document.body.classList.contains("menu")) return;
  menu(false);
  button("menu").focus();
});

async function showProgress() {
  const passed = await api.progress();
  for (const li of document.querySelectorAll<HTMLElement>("[data-lesson]")) {
    const n = passed[li.dataset.lesson!] ?? [];
    const count = one(li, ".count");
    count.textContent = `${n.length}/${count.dataset.total}`;
  }
  const strip = document.getElementById("strip");
  if (strip) {
    const n = passed[api.data.lesson]?.length ?? 0, count = one(strip, ".count");
    count.textContent = `${n}/${count.dataset.total}`;
    one<HTMLProgressElement>(strip, "progress").value = n;
  }
  const here = new Set(passed[api.data.lesson]);
  for (const li of document.querySelectorAll<HTMLElement>("[data-exercise]")) {
    if (li.tagName !== "LI") continue;
    const yes = here.has(li.dataset.exercise!);
    li.classList.toggle("passed", yes);
    one(li, ".mark").textContent = yes ? "✓" : "·";
    one(li, ".said").textContent = yes ? " passed" : "";
  }
  for (const e of exercises.values()) if (here.has(e.name)) e.passed(true);
  countParts();
}

// countParts says how far each part of a long lesson is done.
function countParts() {
  let part: Element | null = null, passed = 0, total = 0;
  const close = () => { if (part) one(part, ".count").textContent = `${passed}/${total}`; };
  for (const li of document.querySelectorAll("#side .part, #side [data-exercise]")) {
    if (!li.matches(".part")) { total++; passed += li.classList.contains("passed") ? 1 : 0; continue; }
    close();
    [part, passed, total] = [li, 0, 0];
  }
  close();
}
countParts();

api.listen((m) => {
  if (m.type === "progress" || m.file?.endsWith("progress")) void showProgress().catch((e) => say(message(e)));
  else if (m.type === "cells") { if (m.file === api.data.lesson) void kept.refresh().catch((e) => say(message(e))); }
  else if (m.type === "file") {
    page.fileChanged(m.file!);
    for (const e of exercises.values()) if (e.files.length === 0 || e.files.includes(m.file!)) void e.refresh();
  }
}, (gone) => say(gone ? "The workbook does not answer: does “checker serve” still run? What you type is kept here until it does." : ""), () => {
  void showProgress().catch((e) => say(message(e)));
  void kept.flush();
  void kept.refresh().catch((e) => say(message(e)));
  for (const e of exercises.values()) void e.refresh();
});

// The sidebar shows where the reader is: the last heading or exercise above the middle.
const places = [...document.querySelectorAll<HTMLAnchorElement>("#side .parts a")].map((link) => ({ link, at: document.getElementById(link.hash.slice(1)) }));
let drawn = 0;
addEventListener("scroll", () => {
  drawn ||= requestAnimationFrame(() => {
    drawn = 0;
    let here: HTMLAnchorElement | null = null;
    for (const p of places) if (p.at && p.at.getBoundingClientRect().top < innerHeight / 2) here = p.link;
    for (const p of places) if (p.link === here) p.link.setAttribute("aria-current", "location"); else p.link.removeAttribute("aria-current");
  });
}, { passive: true });
dispatchEvent(new Event("scroll"));

// Long blocks fold: the page's line of thought counts. One that would lose a line or two does not.
const unfolded = 19;
const long = [...document.querySelectorAll<HTMLElement>(".prose .block")].map((block) => ({ block, lines: block.textContent!.split("\n").length }))
  .filter(({ block, lines }) => lines >= 22 && block.scrollHeight > unfolded * parseFloat(getComputedStyle(one(block, "pre")).lineHeight)); // prose is broken elsewhere, into fewer lines
for (const { block, lines } of long) {
  const b = h("button", { class: "unfold", "aria-expanded": "false", click: () => {
    const open = block.classList.toggle("folded");
    b.setAttribute("aria-expanded", String(!open));
    b.textContent = open ? `Show all ${lines} lines` : "Show less";
  } }, `Show all ${lines} lines`);
  block.classList.add("folded");
  block.after(b);
}

figures(main);
// A table that is wider than its page scrolls, by keys too.
const wide = new ResizeObserver((all) => {
  for (const { target: t } of all) {
    if (t.scrollWidth > t.clientWidth) t.setAttribute("tabindex", "0");
    else t.removeAttribute("tabindex");
  }
});
for (const t of document.querySelectorAll(".prose table")) wide.observe(t);
void kept.adopt();
document.documentElement.dataset.ready = "yes";

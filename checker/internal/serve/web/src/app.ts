// The workbook's page: mounts editors where they come into view, binds the keys,
// listens for changes of files and progress.
import * as api from "./api";
import { CodeCell, Page } from "./cells";
import { h, message, one } from "./dom";
import { ExerciseCell } from "./exercise";
import { Program } from "./program";

const button = (id: string) => document.getElementById(id) as HTMLButtonElement;
let busy = 0;

const sections = [...document.querySelectorAll<HTMLElement>("section.cell")];
const working = (on: boolean) => { busy += on ? 1 : -1; button("interrupt").disabled = busy === 0; };
const page = new Page(working, (from) => step(from.el, 1, true));
const sources = new Map(api.data.cells.map((c) => [c.number, c.source]));
const code = new Map<HTMLElement, CodeCell>();
const exercises = new Map<HTMLElement, ExerciseCell>();
const programs = new Map<HTMLElement, Program>();

for (const el of sections) {
  if (el.classList.contains("code")) {
    const c = new CodeCell(el, page, sources.get(Number(el.dataset.number)) ?? "");
    page.cells.push(c);
    code.set(el, c);
  } else if (el.classList.contains("living")) {
    programs.set(el, new Program(el, working));
  } else {
    exercises.set(el, new ExerciseCell(el, working, () => step(el, 1, true)));
  }
}

const near = new IntersectionObserver((entries) => {
  for (const e of entries) {
    if (!e.isIntersecting) continue;
    near.unobserve(e.target);
    mount(e.target as HTMLElement);
  }
}, { rootMargin: "600px" });
for (const el of sections) near.observe(el);

function mount(el: HTMLElement) {
  code.get(el)?.mount();
  void exercises.get(el)?.mount();
}

function edit(el: HTMLElement) {
  mount(el);
  if (code.has(el)) code.get(el)!.editor.focus();
  else (exercises.get(el) ?? programs.get(el))!.focus();
}

// step goes to the cell after or before; inside says whether to edit it.
function step(from: Element | null, by: number, inside: boolean) {
  const i = from ? sections.indexOf(from as HTMLElement) : by > 0 ? -1 : 0;
  const to = sections[Math.max(0, Math.min(sections.length - 1, i + by))];
  if (!to) return;
  if (inside && to !== from) edit(to);
  else to.focus();
  to.scrollIntoView({ block: "nearest" });
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
const kept = localStorage.getItem("theme");
if (kept === "dark" || kept === "light") theme(kept);
system.addEventListener("change", () => dispatchEvent(new Event("theme")));

const help = document.getElementById("help") as HTMLDialogElement;
const actions: Record<string, () => unknown> = {
  "?": () => help.showModal(),
  j: () => step(document.activeElement?.closest("section.cell") ?? null, 1, false),
  k: () => step(document.activeElement?.closest("section.cell") ?? null, -1, false),
  i: interrupt,
  r: () => page.restart(),
  a: () => page.runAll(),
  t: otherTheme,
  h: () => exercises.get(document.activeElement?.closest("section.cell") as HTMLElement)?.hint(),
};

document.addEventListener("keydown", (e) => {
  const at = e.target as HTMLElement;
  if (e.defaultPrevented || at.closest(".cm-editor, dialog, input, select, canvas")) return;
  if (at.matches("section.cell") && e.key === "Enter") {
    e.preventDefault();
    if (e.shiftKey || e.ctrlKey) {
      const c = code.get(at);
      if (c) void page.run(c);
      else if (programs.has(at)) void programs.get(at)!.toggle();
      else void exercises.get(at)?.check();
      if (e.shiftKey) step(at, 1, false);
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
  if (e.ctrlKey || e.metaKey || e.altKey || !actions[e.key]) return;
  e.preventDefault();
  void actions[e.key]();
});

button("run-all").onclick = () => void page.runAll();
button("interrupt").onclick = () => void interrupt();
button("restart").onclick = () => void page.restart();
button("check-all").onclick = () => void checkAll();
button("theme").onclick = otherTheme;
button("keys").onclick = () => help.showModal();
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
  const here = new Set(passed[api.data.lesson]);
  for (const li of document.querySelectorAll<HTMLElement>("[data-exercise]")) {
    if (li.tagName !== "LI") continue;
    const yes = here.has(li.dataset.exercise!);
    li.classList.toggle("passed", yes);
    one(li, ".mark").textContent = yes ? "✓" : "·";
    one(li, ".said").textContent = yes ? " passed" : "";
  }
  for (const e of exercises.values()) if (here.has(e.name)) e.passed(true);
}

api.listen((m) => {
  if (m.type === "progress" || m.file?.endsWith("progress")) void showProgress().catch((e) => say(message(e)));
  else if (m.type === "file") {
    page.fileChanged(m.file!);
    for (const e of exercises.values()) if (e.files.length === 0 || e.files.includes(m.file!)) void e.refresh();
  }
}, (gone) => say(gone ? "The workbook does not answer: does “checker serve” still run? Begun anew, it has another address." : ""), () => {
  void showProgress().catch((e) => say(message(e)));
  for (const e of exercises.values()) void e.refresh();
});

addEventListener("beforeunload", (e) => { if ([...exercises.values()].some((x) => x.dirty)) e.preventDefault(); });
document.documentElement.dataset.ready = "yes";

// What the server is asked, and what it answers. The types are those of
// checker/internal/serve, cell, report and fixtures/show.

export interface Data {
  lesson: string; cells: { number: number; source: string }[];
  kept: Item[]; // what the reader has typed and run
  proof: string; room: string; // of the server: what it proves itself with, and the word that its paths begin with
}

// Item is one editor of a page, as it is kept in the workbook.
export interface Item {
  id: string; kind: "page" | "code" | "note" | "draft"; rev: number; source: string;
  base?: string; // of a page cell, the page's text; of a draft, the file's when it was begun
  at?: Spot; gone?: boolean; ran?: string; out?: Output; html?: string;
}

// Spot is where an own cell is: next to a piece of the page, in order.
export interface Spot { id: string; before?: boolean; order: number }

export interface Output { number: number; ended: string; note: string; reference?: boolean; events?: CellEvent[] }

export interface Problem { cell?: number; file?: string; line?: number; column?: number; message: string }

export interface Frame {
  type: "text" | "table" | "svg" | "html" | "png" | "bars" | "spans" | "plot" | "network" | "slider" | "button";
  title?: string; text: string; header?: string[]; rows?: string[][]; source?: string;
  bars?: { label: string; value: number }[];
  spans?: { label: string; start: number; end: number; kind?: string }[];
  lines?: { label: string; x: number[]; y: number[] }[];
  events?: string;
  least?: number; most?: number; at?: number;
}

export interface CellEvent {
  kind: "engine" | "text" | "show" | "error" | "cut" | "unwritten" | "reference" | "end";
  text?: string; show?: Frame; problem?: Problem; millis?: number;
}

export interface Part { func: string; file: string; line: number; text: string }

export interface Exercise { name: string; passed: boolean; parts: Part[] | null; hints: string[]; of: number; error?: string }

export interface Report {
  passed: number; total: number; seconds: number; seed: number; engine: string;
  exercises: { name: string; verdict: string; place?: string; message?: string; printed?: string; note?: string; tests?: { name: string; verdict: string }[] }[];
  problems?: { place?: string; message: string }[];
  notes?: string[];
}

export interface DiffLine { op: " " | "-" | "+"; text: string }

// tab is this page's name for the server: what it runs ends with it.
export const tab = crypto.randomUUID();

export const data: Data = JSON.parse(document.getElementById("data")!.textContent!);

// silent says that the server did not answer the last time. Another program may have
// taken its port since: nothing more is asked, so that no cookie goes there, before the
// server has proved itself.
let silent = false;
let onSilence = () => {};
export const isSilent = () => silent;

async function ask(method: string, path: string, body?: unknown, signal?: AbortSignal, keepalive = false): Promise<Response> {
  if (silent && !(await proven())) throw new Error(silence);
  try {
    return await fetch(path, { method, signal, keepalive, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (e) {
    if (signal?.aborted) throw e;
    silent = true;
    onSilence();
    throw new Error(silence);
  }
}

const silence = "the workbook does not answer: does “checker serve” still run?";

// proven has the server show that it knows the workbook's token, and asks without the
// cookie: see secret.go.
async function proven(): Promise<boolean> {
  const n = crypto.randomUUID();
  try {
    const r = await fetch("hello?n=" + n, { credentials: "omit" });
    if (!r.ok) return false;
    const raw = Uint8Array.from(data.proof.match(/../g)!, (x) => parseInt(x, 16));
    const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(n)));
    return (await r.text()) === [...mac].map((x) => x.toString(16).padStart(2, "0")).join("");
  } catch { return false; }
}

async function json<T>(r: Response): Promise<T> {
  if (!r.ok) throw new Error(await r.text());
  return r.json() as Promise<T>;
}

const of = (name: string) => `lesson=${encodeURIComponent(data.lesson)}&name=${encodeURIComponent(name)}`;

export const exercise = async (name: string) => json<Exercise>(await ask("GET", "api/exercise?" + of(name)));
export const solution = async (name: string) => json<DiffLine[]>(await ask("GET", "api/solution?" + of(name)));
export const hint = async (name: string) => json<Exercise>(await ask("POST", "api/hint", { lesson: data.lesson, name }));
export const check = async (name: string, signal: AbortSignal) => json<Report>(await ask("POST", "api/check", { lesson: data.lesson, name }, signal));
export const progress = async () => json<Record<string, string[]>>(await ask("GET", "api/progress"));
export const interrupt = async () => { await ask("POST", "api/interrupt", { tab }); };

// cells are what is kept of this page.
export const cells = async () => json<Item[]>(await ask("GET", "api/cells?page=" + data.lesson));

// keep keeps items; those that another tab has changed come back in conflicts.
export const keep = async (page: string, changes: (Item & { sent?: string })[], last = false) =>
  json<{ revs: Record<string, number>; conflicts: Item[] | null }>(await ask("PUT", "api/cells", { tab, page, changes }, undefined, last));

// Ask is a question about a text that is being written, at a place in it.
export interface Ask { source: string; at: number; name?: string; above?: { number: number; source: string }[] }
export interface Meaning { signature: string; doc: string }
export interface Definition { found: boolean; exercise: string; place: { cell?: number; file?: string; func?: string; line: number } }

const about = async <T>(what: string, q: Ask) => json<T>(await ask("POST", "api/" + what, { page: data.lesson, ...q }));
export const complete = (q: Ask) => about<{ from: number; to: number; items: { name: string; kind: string; detail: string }[] }>("complete", q);
export const inspect = (q: Ask) => about<Meaning>("inspect", q);
export const problems = (q: Ask) => about<Problem[]>("problems", q);
// uses are the places of the local name at the cursor.
export const uses = (q: Ask) => about<[number, number][]>("uses", q);

export const definition = (q: Ask) => about<Definition>("definition", q);
export const format = async (source: string) => json<string>(await ask("POST", "api/format", { source }));

export const note = async (source: string) => json<string>(await ask("POST", "api/note", { source }));

// save writes functions into their files; conflict says that the file holds
// something else by now, and nothing was written.
export async function save(name: string, parts: { func: string; base: string; text: string }[]): Promise<{ conflict: boolean; now: Exercise }> {
  const r = await ask("PUT", "api/exercise", { lesson: data.lesson, name, parts });
  if (r.status === 409) return { conflict: true, now: await r.json() };
  return { conflict: false, now: await json<Exercise>(r) };
}

// run runs the last of the cells and hands on its events as they come.
export const run = (cells: { number: number; source: string }[], reference: boolean, values: Record<string, number>, on: (e: CellEvent) => void) =>
  follow("api/run", { tab, lesson: data.lesson, cells, reference, values }, on);

// program runs the page's program, of the learner's code or the reference's.
export const program = (reference: boolean, on: (e: CellEvent) => void) => follow("api/program", { tab, lesson: data.lesson, reference }, on);

async function follow(path: string, body: unknown, on: (e: CellEvent) => void): Promise<void> {
  const r = await ask("POST", path, body);
  if (!r.ok || !r.body) throw new Error(await r.text());
  const reader = r.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => { throw new Error(silence); });
    if (done) return;
    held += value;
    const lines = held.split("\n");
    held = lines.pop()!;
    for (const line of lines) on(JSON.parse(line) as CellEvent);
  }
}

// listen calls back for every message to this tab. A browser has six connections
// to a host, all its tabs together: a page that is hidden gives its own back, and
// gets on its return what was queued for it. came says that it may have missed
// something. A tab that the server has ended for being idle comes back with the
// reader.
export function listen(on: (m: { type: string; file?: string }) => void, lost: (gone: boolean) => void, came: () => void) {
  let source: EventSource | null = null, before = false, tries = 0, looking = false;
  const close = () => { source?.close(); source = null; };
  const open = () => {
    if (source || silent || document.hidden) return;
    source = new EventSource("api/events?tab=" + tab);
    source.onmessage = (e) => {
      const m = JSON.parse(e.data);
      if (m.type === "bye") close();
      else on(m);
    };
    source.onopen = () => {
      tries = 0;
      if (before) came();
      before = true;
    };
    source.onerror = () => { close(); onSilence(); };
  };
  const look = async () => {
    if (looking) return;
    looking = true;
    for (; ; tries++) {
      if (await proven()) break;
      silent = true;
      if (tries > 0) lost(true); // the first time may be a restart that is over in a moment
      await new Promise((wake) => setTimeout(wake, Math.min(200 * 2 ** tries, 4000)));
    }
    looking = silent = false;
    lost(false);
    open();
  };
  onSilence = () => void look();
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else open(); });
  for (const step of ["pointerdown", "keydown"]) addEventListener(step, open, { capture: true });
  open();
}

// What the server is asked, and what it answers. The types are those of
// checker/internal/serve, cell, report and fixtures/show.

export interface Data { lesson: string; cells: { number: number; source: string }[] }

export interface Problem { cell?: number; file?: string; line?: number; column?: number; message: string }

export interface Frame {
  type: "text" | "table" | "svg" | "html" | "bars" | "spans" | "network";
  title?: string; text: string; header?: string[]; rows?: string[][]; source?: string;
  bars?: { label: string; value: number }[];
  spans?: { label: string; start: number; end: number; kind?: string }[];
  events?: string;
}

export interface CellEvent {
  kind: "engine" | "text" | "show" | "error" | "cut" | "end";
  text?: string; show?: Frame; problem?: Problem; millis?: number;
}

export interface Part { func: string; file: string; line: number; text: string }

export interface Exercise { name: string; passed: boolean; parts: Part[] | null; hints: string[]; of: number; error?: string }

export interface Report {
  passed: number; total: number; seconds: number; seed: number; engine: string;
  exercises: { name: string; verdict: string; place?: string; message?: string; printed?: string; note?: string }[];
  problems?: { place?: string; message: string }[];
  notes?: string[];
}

export interface DiffLine { op: " " | "-" | "+"; text: string }

// tab is this page's name for the server: what it runs ends with it.
export const tab = crypto.randomUUID();

export const data: Data = JSON.parse(document.getElementById("data")!.textContent!);

async function ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(path, { method, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new Error(silence);
  }
}

const silence = "the workbook does not answer: does “checker serve” still run?";

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

// save writes functions into their files; conflict says that the file holds
// something else by now, and nothing was written.
export async function save(name: string, parts: { func: string; base: string; text: string }[]): Promise<{ conflict: boolean; now: Exercise }> {
  const r = await ask("PUT", "api/exercise", { lesson: data.lesson, name, parts });
  if (r.status === 409) return { conflict: true, now: await r.json() };
  return { conflict: false, now: await json<Exercise>(r) };
}

// run runs the last of the cells and hands on its events as they come.
export const run = (cells: { number: number; source: string }[], on: (e: CellEvent) => void) => follow("api/run", { tab, lesson: data.lesson, cells }, on);

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
  let source: EventSource | null = null, before = false, silent = false;
  const close = () => { source?.close(); source = null; };
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource("api/events?tab=" + tab);
    source.onmessage = (e) => {
      const m = JSON.parse(e.data);
      if (m.type === "bye") close();
      else on(m);
    };
    source.onopen = () => {
      if (silent) lost((silent = false));
      if (before) came();
      before = true;
    };
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) close(); // refused: the reader's next step asks again
      lost((silent = true));
    };
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else open(); });
  for (const step of ["pointerdown", "keydown"]) addEventListener(step, open, { capture: true });
  open();
}

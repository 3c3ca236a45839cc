// What the reader types, on its way into the workbook. Each change is in the browser's
// storage at once, and a moment later with the server, which writes it down; what the
// server has, the browser forgets. So a closed tab, a server that is gone and one that
// was killed lose nothing.
import * as api from "./api";
import { message } from "./dom";

interface Waiting {
  item: api.Item;
  out: boolean; // the output has changed as well
  sent?: string; // the source of a request that was not answered
  held?: boolean; // another tab has changed it: the reader is asked
}

const soon = 200; // milliseconds from a change to the request
const most = 600_000; // characters of one request

const prefix = `nodebook ${api.data.room} `;
const key = prefix + api.data.lesson + " " + api.tab;

export class Kept {
  readonly items = new Map(api.data.kept.map((x) => [x.id, x]));
  private readonly waiting = new Map<string, Waiting>();
  private flying = false;
  private timer = 0;

  // changed is called for what came from elsewhere, conflict if both sides changed an
  // item: choose tells which of the two is to stay.
  constructor(private readonly changed: (x: api.Item) => void, private readonly conflict: (mine: api.Item, theirs: api.Item, choose: (mine: boolean) => void) => void,
    private readonly say: (text: string) => void) {
    void navigator.locks.request(key, () => new Promise(() => {})); // for as long as this page lives
    document.addEventListener("visibilitychange", () => { if (document.hidden) void this.flush(true); });
    addEventListener("pagehide", () => void this.flush(true));
  }

  get(id: string) { const x = this.items.get(id); return x?.gone ? undefined : x; }

  get idle() { return this.waiting.size === 0; }

  put(change: Partial<api.Item> & { id: string; kind: api.Item["kind"] }) {
    const x: api.Item = { rev: 0, source: "", ...this.items.get(change.id), ...change };
    this.items.set(x.id, x);
    const w = this.waiting.get(x.id);
    this.waiting.set(x.id, { item: x, out: change.out !== undefined || !!w?.out, sent: w?.sent, held: w?.held });
    this.remember();
    this.timer ||= window.setTimeout(() => void this.flush(), soon);
  }

  private remember() {
    document.documentElement.dataset.kept = this.idle ? "yes" : "no";
    if (this.idle) { localStorage.removeItem(key); return; }
    const all = [...this.waiting.values()];
    try { localStorage.setItem(key, JSON.stringify(all)); } catch { // an output is too large for the storage: the texts count
      try { localStorage.setItem(key, JSON.stringify(all.map((w) => ({ ...w, out: false, item: { ...w.item, out: undefined } })))); } catch { /* the server gets it */ }
    }
  }

  async flush(last = false) {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.flying) { this.timer = window.setTimeout(() => void this.flush(), soon); return; }
    const batch: [string, Waiting][] = [];
    let size = 0;
    for (const [id, w] of this.waiting) {
      size += w.item.source.length + (w.out ? JSON.stringify(w.item.out ?? "").length : 0);
      if (w.held || (batch.length && size > most)) continue;
      batch.push([id, w]);
    }
    if (!batch.length) return;
    this.flying = true;
    const changes = batch.map(([, w]) => ({ ...w.item, html: undefined, out: w.out ? w.item.out : undefined, sent: w.sent }));
    for (const [, w] of batch) w.sent = w.item.source;
    this.remember();
    try {
      const answer = await api.keep(api.data.lesson, changes, last);
      for (const [id, w] of batch) {
        const rev = answer.revs[id];
        if (rev === undefined) continue;
        const now = this.waiting.get(id)!;
        this.items.get(id)!.rev = rev;
        now.item.rev = rev;
        if (now.item === w.item) this.waiting.delete(id);
        else now.sent = undefined;
      }
      for (const theirs of answer.conflicts ?? []) this.hold(theirs);
    } catch (e) {
      if (!api.isSilent()) this.say(message(e));
      this.timer ||= window.setTimeout(() => void this.flush(), 2000);
    } finally {
      this.flying = false;
      this.remember();
    }
    if ([...this.waiting.values()].some((w) => !w.held)) this.timer ||= window.setTimeout(() => void this.flush(), soon);
  }

  // hold asks the reader which of two texts is to stay.
  private hold(theirs: api.Item) {
    const w = this.waiting.get(theirs.id);
    if (!w || w.held) return;
    w.held = true;
    this.conflict(w.item, theirs, (mine) => {
      const now = this.waiting.get(theirs.id);
      if (!now) return;
      now.held = false;
      if (mine) {
        now.item.rev = theirs.rev;
        now.sent = undefined;
      } else {
        this.waiting.delete(theirs.id);
        this.items.set(theirs.id, theirs);
        this.changed(theirs);
      }
      this.remember();
      void this.flush();
    });
  }

  // refresh takes what another tab has changed.
  async refresh() {
    for (const x of await api.cells()) {
      if (this.waiting.has(x.id) || (this.items.get(x.id)?.rev ?? 0) >= x.rev) continue;
      this.items.set(x.id, x);
      this.changed(x);
    }
  }

  // adopt takes over what pages that are gone could not send.
  async adopt() {
    const orphans = Object.keys(localStorage).filter((k) => k.startsWith(prefix) && k !== key);
    for (const orphan of orphans) {
      await navigator.locks.request(orphan, { ifAvailable: true }, async (lock) => {
        if (!lock) return; // its page lives
        const left = JSON.parse(localStorage.getItem(orphan) ?? "[]") as Waiting[];
        const page = orphan.slice(prefix.length).split(" ")[0];
        if (page === api.data.lesson) left.forEach((w) => this.take(w));
        else {
          const answer = await api.keep(page, left.map((w) => ({ ...w.item, html: undefined, out: w.out ? w.item.out : undefined, sent: w.sent })));
          if (answer.conflicts?.length) return; // asked when that page is open
        }
        localStorage.removeItem(orphan);
      }).catch(() => { /* the next page tries again */ });
    }
  }

  private take(w: Waiting) {
    const id = w.item.id, theirs = this.items.get(id);
    const follows = !theirs || theirs.rev === w.item.rev || theirs.source === w.item.source || theirs.source === w.sent;
    if (!w.out) w.item.out = theirs?.out;
    if (follows && theirs) w.item.rev = theirs.rev;
    this.items.set(id, w.item);
    this.waiting.set(id, { ...w, held: false });
    this.remember();
    this.changed(w.item);
    if (!follows) this.hold(theirs);
    this.timer ||= window.setTimeout(() => void this.flush(), soon);
  }
}

// Notes: the reader's own Markdown cells.
import * as api from "./api";
import { h, message, one } from "./dom";
import { Editor } from "./editor";
import type { Kept } from "./kept";

export class NoteCell {
  editor: Editor | null = null;
  private source = "";

  constructor(readonly el: HTMLElement, readonly id: string, private readonly kept: Kept, private readonly next: (from: HTMLElement) => void,
    private readonly split: (from: NoteCell, at: number) => void) {
    el.tabIndex = -1;
    one(el, ".done").addEventListener("click", () => { void this.close(); el.focus(); });
    one(el, ".rendered").addEventListener("dblclick", () => this.edit());
    const x = kept.get(id);
    if (x) this.apply(x);
  }

  get code() { return this.source; }
  set code(s: string) {
    if (this.editor) this.editor.text = s;
    else this.take(s);
    if (!this.el.classList.contains("editing")) void this.render();
  }

  apply(x: api.Item) {
    this.source = x.source;
    if (this.editor && this.editor.text !== x.source) this.editor.text = x.source;
    if (x.html !== undefined) this.show(x.html);
    else void this.render();
  }

  private take(s: string) {
    if (s === this.source) return;
    this.source = s;
    this.kept.put({ id: this.id, kind: "note", source: s });
  }

  edit() {
    const at = one(this.el, ".editor");
    this.el.classList.add("editing");
    if (!this.editor) {
      const close = () => void this.close();
      this.editor = new Editor(at, this.source, "Note, in Markdown", {
        run: () => { close(); this.el.focus(); },
        runNext: () => { close(); this.next(this.el); },
        leave: close,
        split: (at) => { this.split(this, at); close(); },
        changed: () => this.take(this.editor!.text),
        plain: true,
      });
    }
    this.editor.focus();
  }

  async close() {
    this.el.classList.remove("editing");
    await this.render();
  }

  private async render() {
    try { this.show(await api.note(this.source)); } catch (e) { one(this.el, ".rendered").textContent = this.source; one(this.el, ".note").textContent = message(e); }
  }

  private show(html: string) {
    const at = one(this.el, ".rendered");
    if (this.source.trim()) {
      at.innerHTML = html; // rendered by the server, which leaves raw HTML out
      for (const box of at.querySelectorAll("input[type=checkbox]")) box.setAttribute("aria-label", box.parentElement!.textContent!.trim());
    } else at.replaceChildren(h("p", { class: "from" }, "an empty note: Enter writes it"));
  }
}

// Text that a cell prints, as a terminal shows it: a carriage return starts the line again, and
// escape sequences set colours.
import { h } from "./dom";

const escape = /\x1b\[([\d;]*)([@-~])|\r|\x1b(?!\[)/;
const unfinished = /(?:\r|\x1b(?:\[[\d;]*)?)$/; // more of it may come with the next text

export class Terminal {
  readonly el = h("pre");
  private rest = "";
  private again = false; // the next text replaces the line
  private kinds: string[] = []; // bold, ink-1 to ink-7

  write(s: string) {
    s = this.rest + s;
    this.rest = unfinished.exec(s)?.[0] ?? "";
    s = s.slice(0, s.length - this.rest.length);
    for (let m = escape.exec(s); m; m = escape.exec(s)) {
      this.put(s.slice(0, m.index));
      if (m[0] === "\r") this.again = true;
      else if (m[2] === "m") this.style(m[1]!);
      s = s.slice(m.index + m[0].length);
    }
    this.put(s);
  }

  private put(s: string) {
    if (!s) return;
    if (this.again && s[0] !== "\n") this.clearLine();
    this.again = false;
    const kind = this.kinds.join(" "), last = this.el.lastChild;
    if (kind) {
      if (last instanceof HTMLElement && last.className === kind) last.firstChild!.nodeValue += s;
      else this.el.append(h("span", { class: kind }, s));
    } else if (last instanceof Text) last.appendData(s);
    else this.el.append(s);
  }

  private clearLine() {
    for (let last = this.el.lastChild; last; last = this.el.lastChild) {
      const text = last instanceof Text ? last : (last.firstChild as Text), end = text.data.lastIndexOf("\n");
      if (end >= 0) { text.data = text.data.slice(0, end + 1); return; }
      last.remove();
    }
  }

  // style takes the numbers of a sequence: 0 sets all back, 1 is bold, 30 to 37 and 90 to 97 are colours.
  private style(codes: string) {
    for (const n of codes.split(";").map(Number)) {
      if (n === 0) this.kinds = [];
      else if (n === 1) this.kinds = ["bold", ...this.kinds.filter((k) => k !== "bold")];
      else if (n === 22) this.kinds = this.kinds.filter((k) => k !== "bold");
      else if (n === 39) this.kinds = this.kinds.filter((k) => k === "bold");
      else if ((n > 30 && n < 38) || (n > 90 && n < 98)) this.kinds = [...this.kinds.filter((k) => k === "bold"), `ink-${n % 10}`];
    }
  }
}

// A message taken apart: its bytes can be changed, and the check that breaks says so.
import { h, svg } from "../dom";
import { roving } from "./roving";
import { fit, text, type Figure } from "./touch";
import { bytesOf, count, hex, list, many, sentence } from "./words";

// The ping of the still picture.
const ping = bytesOf("f9beb4d9 70696e67 00000000 00000000 08000000 72642448 15569dfaed442652");
const header = 24, most = 4_000_000; // as the lesson has them
const networks: Record<string, string> = { f9beb4d9: "mainnet", "0b110907": "testnet3", "1c163f28": "testnet4", "0a03cf40": "signet", fabfb5da: "regtest" };

interface Field { name: string; from: number; to: number; hue: number; means: string }
const fields: Field[] = [
  { name: "magic", from: 0, to: 4, hue: 4, means: "says which network the message is for" },
  { name: "command", from: 4, to: 16, hue: 1, means: "names the message, padded with zeros" },
  { name: "length", from: 16, to: 20, hue: 2, means: "says how many bytes the payload has, the lowest byte first" },
  { name: "checksum", from: 20, to: 24, hue: 3, means: "is the first 4 bytes of SHA-256, taken twice, of the payload" },
  { name: "payload", from: 24, to: 32, hue: 5, means: "is a random number, which a pong sends back" },
];

interface Check { ok: boolean; short: string; words: string }

// checks says of each field what a reader of mainnet finds there, and which error
// ReadMessage returns.
async function checks(b: Uint8Array): Promise<{ of: Record<string, Check>; error: string }> {
  const magic = hex(b.subarray(0, 4), ""), command = b.subarray(4, 16), payload = b.subarray(header);
  const network = networks[magic];
  const length = new DataView(b.buffer, b.byteOffset).getUint32(16, true);
  const end = command.indexOf(0) < 0 ? 12 : command.indexOf(0), name = command.subarray(0, end);
  const odd = name.findIndex((x) => x < 0x20 || x > 0x7e), after = command.findIndex((x, i) => i > end && x !== 0);
  const word = String.fromCharCode(...name);
  const inside = payload.subarray(0, Math.min(length, payload.length));
  const sum = hex(await sha256d(inside)).slice(0, 11), said = hex(b.subarray(20, 24));
  const waits = length > payload.length;
  const of: Record<string, Check> = {
    magic: network === "mainnet" ? { ok: true, short: "mainnet", words: "f9 be b4 d9 is mainnet" }
      : { ok: false, short: network ?? "unknown", words: `${hex(b.subarray(0, 4))} is ${network ?? "no network that we know"}, and we read mainnet` },
    command: odd >= 0 ? { ok: false, short: "not ASCII", words: `the byte ${hex([name[odd]])} is not printable ASCII (20 to 7e)` }
      : after >= 0 ? { ok: false, short: "not padded", words: `${hex([command[after]])} comes after the first zero, and only zeros may` }
        : { ok: true, short: name.length ? `"${word}"${end < 12 ? ", then zeros" : ""}` : "only zeros", words: name.length ? `"${word}"${end < 12 ? `, then ${many(12 - end, "zero")}` : ", without padding"}` : "an empty name: 12 zeros" },
    length: length > most ? { ok: false, short: "too large", words: `${count(length)} bytes are more than the ${count(most)} that a payload may have` }
      : length === payload.length ? { ok: true, short: "8 bytes", words: `${many(length, "byte")}, and ${many(payload.length, "byte")} follow` }
        : { ok: false, short: many(length, "byte"), words: waits
          ? `it says ${many(length, "byte")}, but ${payload.length} follow: the reader waits for ${count(length - payload.length)} more`
          : `it says ${many(length, "byte")}, but ${payload.length} follow: the ${payload.length - length === 1 ? "last is" : `last ${payload.length - length} are`} read as the next message` },
    checksum: waits ? { ok: true, short: "not reached", words: "not compared: the payload is not complete" }
      : sum === said ? { ok: true, short: "of the payload", words: `${said} is what the payload gives` }
        : { ok: false, short: "differs", words: `the header says ${said}, the payload gives ${sum}` },
    payload: { ok: true, short: "", words: `${many(payload.length, "byte")}: any bytes are right here` },
  };
  const error = length > most ? "ErrTooLarge" : !of.magic.ok ? "ErrMagic" : !of.command.ok ? "ErrCommand" : waits ? "io.ErrUnexpectedEOF, if the stream ends here" : !of.checksum.ok ? "ErrChecksum" : "";
  return { of, error };
}

async function sha256d(b: Uint8Array) {
  const once = await crypto.subtle.digest("SHA-256", new Uint8Array(b));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", once));
}

export function frame(f: Figure) {
  const b = ping.slice(), perRow = 12, size = 32, rowTall = 98;
  f.tall(364);
  const place = (i: number) => [18 + (i % perRow) * size, 54 + Math.floor(i / perRow) * rowTall];
  const of = (i: number) => fields.find((x) => i >= x.from && i < x.to)!;
  f.pic.append(text(18, 26, "bold", "header, 24 bytes"));

  const cells = [...b].map((_, i) => {
    const [x, y] = place(i);
    return svg("g", { role: "textbox", class: "byte", "aria-label": "" }, svg("rect", { x, y, width: size, height: 30, rx: 2 }), svg("text", { x: x + size / 2, y: y + 19.8, class: "mid mono" }));
  });
  const names = fields.map((x) => {
    const [px, py] = place(x.from), lift = x.from === header ? 20 : 7;
    const short = text(px + (x.from === header ? 68 : 0), py + (x.from === header ? 48 : 66), "small", "");
    const name = text(px, py + 48, `bold f${x.hue}`, x.name);
    f.pic.append(text(px, py - lift, "small quiet", String(x.from)), name, short);
    return { name, short };
  });
  f.pic.append(svg("path", { d: "M19 234v8M19 238h254M273 234v8M164 224V236", class: "l2 thick" }), svg("path", { d: "M320 224V265H282", class: "l3 thick" }),
    svg("path", { d: "M277 265L285 269L285 261Z", class: "f3" }),
    text(18, 328, "small", "The length says how long the payload is."), text(18, 346, "small", "The checksum is computed from it."));
  f.pic.append(svg("g", {}, ...cells));

  let half = ""; // the first of two digits
  let round = 0; // of the checks, which take a while
  const rows = h("ul", { class: "checks" });
  f.below.append(h("p", { class: "quiet" }, "Choose a byte and type two hex digits; the arrows move."), rows);

  const meaning = (i: number) => {
    const x = of(i), v = b[i], letter = x.name === "command" && v > 0x1f && v < 0x7f ? `, the letter ${String.fromCharCode(v)}` : "";
    return `Byte ${i} is ${hex([v])}, in decimal ${v}${letter}. It belongs to the ${x.name}, which ${x.means}.`;
  };
  const paint = (i: number) => {
    const c = cells[i];
    c.lastElementChild!.textContent = half && move.at === i ? half + "_" : hex([b[i]]);
    c.setAttribute("aria-label", `byte ${i}, ${of(i).name}`);
  };
  const check = async (changed: boolean) => {
    const now = ++round, found = await checks(b);
    if (now !== round) return;
    rows.replaceChildren();
    fields.forEach((x, k) => {
      const c = found.of[x.name];
      names[k].name.textContent = (c.ok ? "" : "✗ ") + x.name;
      names[k].name.setAttribute("class", "bold " + (c.ok ? `f${x.hue}` : "fx"));
      names[k].short.textContent = x.name === "payload" ? "a random number, which a pong sends back" : c.short;
      fit(names[k].short, x.name === "command" ? 250 : x.name === "payload" ? 320 : 120);
      for (let i = x.from; i < x.to; i++) cells[i].firstElementChild!.setAttribute("class", c.ok ? `b${x.hue}` : "bx");
      rows.append(h("li", { class: c.ok ? "ok" : "broken", "data-field": x.name }, h("span", { class: "mark", "aria-hidden": "true" }, c.ok ? "✓" : "✗"), h("span", {}, h("strong", {}, x.name), ": " + c.words)));
    });
    back.disabled = b.every((v, i) => v === ping[i]);
    if (!changed) return;
    const broken = fields.filter((x) => !found.of[x.name].ok).map((x) => x.name);
    f.say(broken.length ? `Broken: ${list(broken)}. ${broken.map((n) => sentence(found.of[n].words)).join(" ")} ${found.error ? `ReadMessage returns ${found.error}.` : "ReadMessage accepts this one, and fails at the next."}` : "Every check passes: a reader of mainnet accepts this message.");
  };
  const put = (i: number, v: number) => {
    half = "";
    b[i] = v;
    paint(i);
    void check(true);
  };
  const drop = () => { half = ""; cells.forEach((_, i) => paint(i)); };
  const move = roving(cells, perRow, (i) => { drop(); f.say(meaning(i)); });
  cells.forEach((c, i) => {
    c.addEventListener("pointerenter", () => { if (!half) f.say(meaning(i)); });
    c.addEventListener("blur", drop);
    c.addEventListener("keydown", (e) => {
      const key = (e as KeyboardEvent).key;
      if ((e as KeyboardEvent).ctrlKey || (e as KeyboardEvent).altKey || (e as KeyboardEvent).metaKey || (key.length > 1 && key !== "Backspace" && key !== "Delete")) return;
      e.preventDefault(); // the page has keys of one letter
      e.stopPropagation();
      if (key.length > 1) { put(i, ping[i]); return; }
      if (!/^[0-9a-f]$/i.test(key)) { f.say("A byte is two hex digits: 0 to 9 and a to f."); return; }
      if (!half) { half = key.toLowerCase(); paint(i); return; }
      const v = parseInt(half + key, 16);
      half = "";
      if (i + 1 < cells.length) move.go(i + 1);
      put(i, v);
    });
  });
  const step = (by: number) => put(move.at, (b[move.at] + by + 256) % 256);
  f.button("−1", () => step(-1)).setAttribute("aria-label", "Chosen byte −1");
  f.button("+1", () => step(1)).setAttribute("aria-label", "Chosen byte +1");
  const back = f.button("Set back", () => {
    b.set(ping);
    drop();
    void check(true);
  });
  drop();
  f.say(meaning(0));
  void check(false);
}

// Numbers and lists as the book writes them.
export const count = (n: number | bigint, digits = 0) => new Intl.NumberFormat("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits } as Intl.NumberFormatOptions).format(n);

// many is a number with its noun: "1 byte", "8 bytes".
export const many = (n: number, noun: string) => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

// list is "a", "a and b" or "a, b and c".
export const list = (all: string[]) => (all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`);

export const sentence = (words: string) => words[0].toUpperCase() + words.slice(1) + ".";

export const hex = (b: Iterable<number>, between = " ") => [...b].map((x) => x.toString(16).padStart(2, "0")).join(between);

export const bytesOf = (text: string) => Uint8Array.from(text.replace(/\s/g, "").match(/../g) ?? [], (x) => parseInt(x, 16));

export const percent = (x: number) => {
  const p = 100 * x;
  return (p === 0 ? "0" : p >= 99.95 ? p.toFixed(0) : p >= 1 ? p.toFixed(1) : p >= 1e-6 ? String(Number(p.toPrecision(2))).replace(/e.*/, "") : "less than 0.000001") + "%";
};

// Block 0, byte by byte: point at one, and its field and its value are named.
import type { Figure } from "./touch";
import { choice, trace } from "./traced";
import { bytesOf, count, hex } from "./words";

// Mainnet's first block.
const block = bytesOf("0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c" +
  "0101000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff" +
  "0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000");
const headline = (from: number, to: number) => String.fromCharCode(...block.slice(from, to));

const fields: [number, string, string][] = [
  [4, "version", "1"], [32, "previous hash", "all zeros, since there is no block before it"], [32, "merkle root", "the hash of the one transaction"], [4, "time", "3 January 2009, 18:15:05 UTC"], [4, "bits", "1d00ffff, the easiest target"], [4, "nonce", count(2083236893)],
  [1, "number of transactions", "1"], [4, "version of the transaction", "1"], [1, "number of inputs", "1"], [36, "outpoint", "empty: the input makes new coins"], [1, "length of the script", "77"], [8, "script", "the bits again, and a number"], [69, "script", ""], [4, "sequence", "ffffffff"],
  [1, "number of outputs", "1"], [8, "value", "5,000,000,000 satoshi, 50 BTC"], [1, "length of the script", "67"], [67, "script of the output", "a key of 65 bytes, and OP_CHECKSIG"], [4, "lock time", "0"],
];

export async function genesis(f: Figure) {
  const t = await trace(f), cells = t.all("rect").slice(0, block.length), of = fields.flatMap(([size], k) => Array<number>(size).fill(k)), from = fields.map((_, k) => of.indexOf(k));
  const met = (i: number) => {
    const k = of[i], [size, name, value] = fields[k];
    cells.forEach((c, n) => c.classList.toggle("lit", of[n] === k));
    f.say(`Byte ${i} is ${hex([block[i]])}. Bytes ${from[k]} to ${from[k] + size - 1}, ${i < 80 ? "header" : "transaction"}: ${name}, ${value || `the headline “${headline(from[k], from[k] + size)}”`}.`);
  };
  choice(cells, (i) => `byte ${i}, ${hex([block[i]])}: ${fields[of[i]][1]}`, met, 32);
  f.say("Point at a byte, or move with the arrows: its field lights up.");
}

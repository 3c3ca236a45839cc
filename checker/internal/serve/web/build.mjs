// Builds ../assets from src and writes down what it was built from and what came
// out, so that a test without Node can tell whether the bundle is fresh.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

await build({
  entryPoints: ["src/app.ts", "src/app.css"],
  outdir: "../assets",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "info",
});

const files = ["build.mjs", "package-lock.json", "package.json", "tsconfig.json", "../assets/app.css", "../assets/app.js", ...readdirSync("src").map((f) => "src/" + f)].sort();
const rows = files.map((f) => createHash("sha256").update(readFileSync(f)).digest("hex") + "  " + f);
writeFileSync("../assets/SOURCES", rows.join("\n") + "\n");

// Builds ../assets from src and writes down what it was built from and what came
// out, so that a test without Node can tell whether the bundle is fresh.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

await build({
  entryPoints: ["src/app.ts", "src/app.css", "src/fonts.css"],
  outdir: "../assets",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  loader: { ".woff2": "file" },
  assetNames: "[name]",
  logLevel: "info",
});

copyFileSync("node_modules/@fontsource/source-serif-4/LICENSE", "../assets/OFL.txt");

const out = readdirSync("../assets").filter((f) => /\.(css|js|woff2|txt)$/.test(f)).map((f) => "../assets/" + f);
const files = ["build.mjs", "package-lock.json", "package.json", "tsconfig.json", ...out, ...readdirSync("src", { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => `${f.parentPath}/${f.name}`)].sort();
const rows = files.map((f) => createHash("sha256").update(readFileSync(f)).digest("hex") + "  " + f);
writeFileSync("../assets/SOURCES", rows.join("\n") + "\n");

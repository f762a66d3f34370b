// Builds styles, scripts, the icon sprite and the application icons into src/ventanilla/web/ui/static/built.
// Reads every template, script and Python file of the platform to know which classes and icons are used.
import { gzipSync } from "node:zlib";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";
import { appIcon } from "./app-icon.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "..", "src", "ventanilla");
const built = join(source, "web", "ui", "static", "built");
const LIMIT_CSS_GZIP = 35 * 1024;
const ENTRIES = ["app", "again", "entrance", "sw"];
const SAFE = [/^(show|active|disabled|fade|collapse|collapsing|open)$/, /^is-(valid|invalid)$/, /^htmx-/];

async function sources(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["migrations", "__pycache__", "static", "locale", "tests", "node_modules"].includes(entry.name)) found.push(...await sources(path));
    } else if (/\.(html|js|py)$/.test(entry.name)) found.push(path);
  }
  return found;
}

async function styles(files) {
  const tabler = await readFile(join(here, "node_modules/@tabler/core/dist/css/tabler.min.css"), "utf8");
  const content = await Promise.all(files.map(async (f) => ({ raw: await readFile(f, "utf8"), extension: "html" })));
  const [purged] = await new PurgeCSS().purge({
    css: [{ raw: tabler.replace(/@charset[^;]+;/, "") }], content, safelist: { standard: SAFE },
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [], variables: false, keyframes: true,
  });
  const own = await esbuild.build({ entryPoints: [join(here, "css/main.css")], bundle: true, minify: true, write: false });
  const parts = await esbuild.transform(`@layer tabler{${purged.css}}`, { loader: "css", minify: true });
  return `@layer tabler;${parts.code}${own.outputFiles[0].text}`;
}

async function sprite(files) {
  const listed = (await readFile(join(here, "icons.txt"), "utf8")).split("\n").filter((l) => l && !l.startsWith("#"));
  const names = new Set(listed);
  for (const file of files) {
    for (const match of (await readFile(file, "utf8")).matchAll(/\bicon(?:\(|=)\s*["']([a-z0-9-]+)["']/g)) names.add(match[1]);
  }
  const symbols = [], missing = [];
  for (const name of [...names].sort()) {
    const filled = name.endsWith("-filled");
    const path = join(here, "node_modules/@tabler/icons/icons", filled ? "filled" : "outline", `${filled ? name.slice(0, -7) : name}.svg`);
    const text = await readFile(path, "utf8").catch(() => "");
    if (!text) { missing.push(name); continue; }
    const inner = text.replace(/<!--[\s\S]*?-->/g, "").replace(/<svg[^>]*>|<\/svg>/g, "").replace(/\s+/g, " ").replace(/> </g, "><").trim();
    const paint = filled ? 'fill="currentColor"' : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${inner}</symbol>`);
  }
  if (missing.length) console.warn(`icons that Tabler does not have: ${missing.join(", ")}`);
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

async function scripts() {
  const result = await esbuild.build({
    entryPoints: [...ENTRIES, ...await optional()].map((n) => join(here, "js", `${n}.js`)), bundle: true, minify: true, format: "esm",
    target: ["es2022"], write: false, outdir: built, entryNames: "[name]", legalComments: "none",
  });
  return result.outputFiles.map((f) => [relative(built, f.path), f.contents]);
}

// A part may bring its own entry (loaded only where used): assets/js/<name>.entry.js -> built/<name>.entry.js
async function optional() {
  return (await readdir(join(here, "js"))).filter((n) => n.endsWith(".entry.js") || n.endsWith(".worker.js")).map((n) => n.slice(0, -3));
}

async function put(name, contents) {
  const target = join(built, name);
  await writeFile(`${target}.tmp`, contents);
  await rename(`${target}.tmp`, target);
}

async function build() {
  await mkdir(built, { recursive: true });
  const files = [...await sources(source), ...await sources(join(here, "js"))];
  const css = Buffer.from(await styles(files));
  await put("main.css", css);
  await put("icons.svg", Buffer.from(await sprite(files)));
  for (const [name, contents] of await scripts()) await put(name, contents);
  for (const size of [32, 180, 192, 512]) await put(`app-${size}.png`, appIcon(size, size >= 180));
  for (const old of await readdir(built)) if (old.endsWith(".tmp")) await rm(join(built, old));
  const packed = gzipSync(css).length;
  if (packed > LIMIT_CSS_GZIP) throw new Error(`main.css is ${packed} B compressed, over ${LIMIT_CSS_GZIP}`);
}

await build();

// Builds the editor into the pages' static files: `make ui`. The output is committed; nobody needs node to run Qabyldau.
import { build } from "esbuild";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../app/web/static/vendor/studio");

// The icons that bpmn-js paints into its styles would need `data:` in the content policy: they become files.
const pictures = {
  name: "pictures-of-styles",
  setup({ onLoad }) {
    onLoad({ filter: /bpmn-js\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const drawn = source.replace(/url\('data:image\/svg\+xml;utf8,[^']*'\)/g, "none");
      return { contents: drawn, loader: "css", resolveDir: dirname(path) };
    });
    onLoad({ filter: /bpmn-font\/css\/bpmn\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const face = "@font-face{font-family:'bpmn';src:url('../font/bpmn.woff2') format('woff2')}";
      return { contents: face + source.replace(/@charset[^;]*;|@font-face\s*{[^}]*}/g, ""), loader: "css", resolveDir: dirname(path) };
    });
  },
};

async function packages(meta) {
  const names = new Set();
  for (const input of Object.keys(meta.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) names.add(found[1]);
  }
  return [...names].sort();
}

async function licence(name) {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).sort().find((each) => /^licen[cs]e/i.test(each));
  const words = file ? (await readFile(join(folder, file), "utf8")).trim() : "(the package brings no licence file)";
  return `${name} ${about.version} (${about.license})\n\n${words.replace(/\r\n/g, "\n")}\n`;
}

await rm(out, { recursive: true, force: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: { studio: "src/studio.js" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  loader: { ".woff2": "file" },
  assetNames: "[name]",
  plugins: [pictures],
  logLevel: "warning",
});
const licences = await Promise.all((await packages(result.metafile)).map(licence));
const line = `\n${"-".repeat(100)}\n\n`;
await writeFile(join(out, "THIRD_PARTY.txt"), `What studio.js and studio.css hold of others.\n${line}${licences.join(line)}`);

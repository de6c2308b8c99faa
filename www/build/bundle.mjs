// Writes dist/site/, dist/embed/ and dist/egress-check.html. `cargo xtask bundle` calls this with everything prepared.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { compile } from "./compile.mjs";
import { page } from "./page.mjs";

const root = new URL("../../", import.meta.url);
const www = new URL("../", import.meta.url);
const dist = new URL("dist/", root);

const wasm = await readFile(new URL("src/pkg/egress_check_bg.wasm", www));
const snapshot = await readFile(new URL("data/service-tags-public.gz", root));
const notices = await readFile(process.env.NOTICES, "utf8");
const template = await readFile(new URL("page.html", www), "utf8");
const style = await readFile(new URL("page.css", www), "utf8");

const packed = (bytes) => gzipSync(bytes, { level: 9 }).toString("base64");
const text = (value) => `export default ${JSON.stringify(value)};`;

const worker = await compile("src/worker/worker.ts", "iife", {});
const shared = { "virtual:worker": text(worker), "virtual:notices": text(packed(notices)) };
const site = await compile("src/entry/site.ts", "es", shared);
const embed = await compile("src/entry/embed.ts", "es", {
  ...shared,
  "virtual:packed": `export const wasm = ${JSON.stringify(packed(wasm))};
    export const snapshot = ${JSON.stringify(snapshot.toString("base64"))};`,
});

async function write(path, content) {
  const target = new URL(path, dist);
  await mkdir(new URL("./", target), { recursive: true });
  await writeFile(target, content);
}

await write("site/index.html", page({ template, style, script: site, connect: "'self'" }));
await write("site/egress-check.wasm", wasm);
await write("site/service-tags-public.gz", snapshot);
await write("site/THIRD-PARTY-NOTICES.txt", notices);
const banner = "/* Egress Check, MIT OR Apache-2.0. Notices of what is inside: THIRD-PARTY-NOTICES.txt, and “About” on the page. */\n";
await write("embed/egress-check.js", banner + embed);
await write("embed/THIRD-PARTY-NOTICES.txt", notices);
await write("egress-check.html", page({ template, style, script: embed, connect: "'none'" }));

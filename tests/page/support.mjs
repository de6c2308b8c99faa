// What the browser tests share: the browser, the three ways in, and the ban on requests.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

// The packages live with the page, in www/.
const require = createRequire(new URL("../../www/package.json", import.meta.url));
const { chromium } = require("playwright-core");

export const root = new URL("../../", import.meta.url);
const dist = new URL("dist/", root);

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROME || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript", txt: "text/plain" };

/** Serves dist/ on loopback; a file that it does not know, wasm among them, goes out as plain text. */
export async function serve(pages = {}) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://x").pathname.replace(/\/$/, "/index.html");
    try {
      const { body, headers = {} } = pages[path] ?? { body: await readFile(new URL(`.${path}`, dist)) };
      response.writeHead(200, { "Content-Type": TYPES[path.split(".").pop()] ?? "text/plain", ...headers });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  return { address, close: () => server.close() };
}

/** A page of somebody else's, with a style of its own, a strict policy and the element in it. */
export const FOREIGN = {
  "/docs/network.html": {
    headers: {
      "Content-Security-Policy":
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; style-src 'self' 'unsafe-inline'; connect-src 'none'",
    },
    body: `<!doctype html><html lang="en"><title>Internal documentation</title>
      <style>* { color: crimson; font: italic 30px serif; text-transform: uppercase } button, table, td { display: block; border: 9px solid lime }</style>
      <h1>Network</h1><p>Before.</p>
      <script type="module" src="../embed/egress-check.js"></script>
      <egress-check></egress-check>
      <p>After.</p>`,
  },
};

export const singleFile = pathToFileURL(fileURLToPath(new URL("egress-check.html", dist))).href;

/** A new page; what it asks of the network, complains about or dies of is collected. */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const requests = [];
  const complaints = [];
  context.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url);
  await page.getByRole("button", { name: /example/i }).waitFor();
  return { page, context, requests, complaints };
}

/** Runs the worked example and waits for its answer. */
export async function runExample(page) {
  await page.getByRole("button", { name: /example/i }).click();
  await page.locator("#headline").waitFor();
  await settled(page);
}

export async function settled(page) {
  // Longer than the pause after typing.
  await page.waitForTimeout(350);
  await page.locator("egress-check:not([busy])").waitFor();
}

/** The verdicts as a reader sees them. */
export async function verdicts(page) {
  const headline = await page.locator("#headline").innerText();
  const rows = await page.locator("tr.requirement").evaluateAll((rows) =>
    rows.map((row) => `${row.querySelector(".verdict-cell").textContent.trim()}: ${row.querySelector("button.title").textContent.trim()}`),
  );
  return { headline, rows };
}

/** Nothing may be asked for but the page's own files. */
export function assertOnlyOwn(requests, own) {
  const foreign = requests.filter((url) => !url.startsWith("blob:") && !url.startsWith("data:") && !own.some((start) => url.startsWith(start)));
  assert.deepEqual(foreign, [], "requests to elsewhere");
}

/** Gives the element a paste, as the clipboard would. */
export async function paste(page, text) {
  await page.locator("egress-check-file textarea").first().evaluate((box, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true, composed: true });
    if (box.dispatchEvent(event)) {
      box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
      box.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    }
  }, text);
}

export async function choose(page, name, content, index = 0) {
  await page.locator('egress-check-input input[type="file"]').nth(index).setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(content) });
}

export const axeSource = () => readFile(require.resolve("axe-core/axe.min.js"), "utf8");

/** All text inside an element, its parts' own trees included. */
export function textOf(page, selector) {
  return page.evaluate((selector) => {
    const walk = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.textContent;
      if (node.nodeName === "STYLE" || node.nodeName === "SCRIPT") return "";
      return [...(node.shadowRoot ?? node).childNodes].map(walk).join(" ");
    };
    const find = (root) => {
      for (const element of root.querySelectorAll("*")) {
        if (element.matches(selector)) return element;
        const inside = element.shadowRoot && find(element.shadowRoot);
        if (inside) return inside;
      }
      return undefined;
    };
    const found = find(document);
    return found ? walk(found).replace(/\s+/g, " ").trim() : "";
  }, selector);
}

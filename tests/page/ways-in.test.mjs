// The page, the single file and the element on somebody else's page give the same answer, and none asks the network.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { assertOnlyOwn, FOREIGN, launch, open, runExample, serve, singleFile, verdicts } from "./support.mjs";

let browser, server, expected;
const ways = () => ({
  "the served page": { url: `${server.address}/site/`, own: [`${server.address}/site/`] },
  "the single file": { url: singleFile, own: [singleFile] },
  "a foreign page": {
    url: `${server.address}/docs/network.html`,
    own: [`${server.address}/docs/network.html`, `${server.address}/embed/egress-check.js`, `${server.address}/favicon.ico`],
  },
});

before(async () => {
  browser = await launch();
  server = await serve(FOREIGN);
  const { page, context } = await open(browser, ways()["the served page"].url);
  await runExample(page);
  expected = await verdicts(page);
  await context.close();
});

after(async () => {
  await browser?.close();
  server?.close();
});

test("the worked example shows more than one verdict", () => {
  assert.match(expected.headline, /^\d+ of \d+ covered/);
  const kinds = new Set(expected.rows.map((row) => row.split(":")[0]));
  assert.ok(kinds.size >= 2, `only ${[...kinds]}`);
});

for (const name of ["the served page", "the single file", "a foreign page"]) {
  test(`${name} answers the example, asks nothing of anyone and obeys its policy`, async () => {
    const { url, own } = ways()[name];
    const { page, context, requests, complaints } = await open(browser, url);
    await runExample(page);
    assert.deepEqual(await verdicts(page), expected);
    assertOnlyOwn(requests, own);
    assert.deepEqual(complaints.filter((text) => !text.includes("404")), []);
    await context.close();
  });

  test(`${name} saves the program's bytes`, async () => {
    const { page, context } = await open(browser, ways()[name].url, { acceptDownloads: true });
    await runExample(page);
    const folder = await mkdtemp(join(tmpdir(), "egress-check-"));
    const input = join(folder, "squid.conf");
    await writeFile(input, await page.locator("egress-check-file textarea").first().inputValue());
    for (const [button, output] of [["JSON", "json"], ["CSV", "csv"], ["Markdown", "markdown"]]) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: `Save as ${button}` }).click()]);
      const saved = await readFile(await download.path(), "utf8");
      assert.equal(saved, await program(folder, output), output);
    }
    await context.close();
  });
}

/** What the program writes for the worked example. */
async function program(folder, output) {
  const args = ["check", "--scenario", "backup.mars.public", "--source", "10.20.0.0/16", "--output", output, "squid.conf"];
  try {
    return (await promisify(execFile)(process.env.EGRESS_CHECK, args, { cwd: folder })).stdout;
  } catch (error) {
    // 1 and 2 are answers; everything else is a failure.
    assert.ok(error.code === 1 || error.code === 2, error.stderr || String(error));
    return error.stdout;
  }
}

test("the served page gives up the network once it is loaded", async () => {
  const { page, context } = await open(browser, ways()["the served page"].url);
  await runExample(page);
  const fetched = await page.evaluate(() => fetch("./").then(() => "answered", () => "refused"));
  assert.equal(fetched, "refused");
  await context.close();
});

test("settings live in the address, pasted text does not", async () => {
  const { page, context } = await open(browser, ways()["the served page"].url);
  await runExample(page);
  const address = page.url();
  assert.match(address, /#.*source=10\.20\.0\.0/);
  assert.doesNotMatch(decodeURIComponent(address), /http_access|dstdomain/);
  await page.goto("about:blank");
  await page.goto(address);
  await page.getByLabel("From (source address or prefix)").waitFor();
  assert.equal(await page.getByLabel("From (source address or prefix)").inputValue(), "10.20.0.0/16");
  await context.close();
});

test("an embedding page keeps its address", async () => {
  const { page, context } = await open(browser, ways()["a foreign page"].url);
  await runExample(page);
  assert.equal(new URL(page.url()).hash, "");
  await context.close();
});

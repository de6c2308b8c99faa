// axe-core finds nothing, whatever the width, the colours and the view; and a keyboard is enough.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeSource, launch, open, runExample, serve } from "./support.mjs";

let browser, server, axe;

before(async () => {
  browser = await launch();
  server = await serve();
  axe = await axeSource();
});

after(async () => {
  await browser?.close();
  server?.close();
});

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).slice(0, 4).join(" | ")}`);
}

for (const width of [1280, 390]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`no violations at ${width} pixels, ${colorScheme}`, async () => {
      const { page, context } = await open(browser, `${server.address}/site/`, { viewport: { width, height: 900 }, colorScheme });
      assert.deepEqual(await violations(page), [], "first view");
      await runExample(page);
      await page.getByRole("button", { name: "Open all rows" }).click();
      for (const summary of await page.locator("summary").all()) await summary.click();
      assert.deepEqual(await violations(page), [], "results");
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${over} pixels too wide`);
      await context.close();
    });
  }
}

test("the example runs and a row opens by keyboard alone", async () => {
  const { page, context } = await open(browser, `${server.address}/site/`);
  for (let pressed = 0; pressed < 20; pressed++) {
    await page.keyboard.press("Tab");
    if (/example/i.test(await focusedText(page))) break;
  }
  await page.keyboard.press("Enter");
  await page.locator("#headline").waitFor();
  const title = page.locator("button.title").first();
  await title.focus();
  await page.keyboard.press("Enter");
  assert.equal(await title.getAttribute("aria-expanded"), "true");
  await page.locator("egress-check-detail").first().waitFor();
  await context.close();
});

function focusedText(page) {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.textContent ?? "";
  });
}

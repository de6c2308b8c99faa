// Text comes in by paste, drop, choice and typing; what cannot be read gets a sentence, and nothing is lost.

import assert from "node:assert/strict";
import { truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { choose, launch, open, paste, runExample, serve, settled, textOf, verdicts } from "./support.mjs";

const LIST = "*.microsoft.com\n*.windowsazure.com\n*.microsoftonline.com\n*.windows.net\n";

let browser, server;

before(async () => {
  browser = await launch();
  server = await serve();
});

after(async () => {
  await browser?.close();
  server?.close();
});

function pageTest(name, run, options) {
  test(name, async () => {
    const { page, context, complaints } = await open(browser, `${server.address}/site/`, options);
    await run(page, context);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

const alerts = (page) => textOf(page, "egress-check-status");

pageTest("a pasted list is checked, and a typed change is checked again", async (page) => {
  await paste(page, LIST);
  await page.locator("#headline").waitFor();
  await settled(page);
  const before = await verdicts(page);
  await page.locator("egress-check-file textarea").fill("");
  await page.locator("egress-check-file textarea").fill("*.microsoft.com\n");
  await page.locator("#headline").waitFor();
  await settled(page);
  assert.notDeepEqual(await verdicts(page), before);
});

pageTest("an export that is seen from several places asks for one before it proposes anything", async (page) => {
  const lists = ["in", "out"].map((name) => `access-list ${name} extended deny ip any any\naccess-group ${name} in interface ${name}side\n`);
  await paste(page, lists.join(""));
  await page.locator("#headline").waitFor();
  await settled(page);
  assert.equal(await page.locator("egress-check-remedy").isVisible(), false);
  await page.getByLabel("is seen from 2 places. Where does the traffic pass?").selectOption("inside");
  await settled(page);
  assert.equal(await page.getByLabel("is seen from").count(), 0);
  assert.match(await textOf(page, "egress-check-remedy"), /access-list in line 1/);
});

pageTest("what is stated of DNS and of the time decides, is shown, and stays in the address", async (page) => {
  const script = `function FindProxyForURL(url, host) {
  if (isInNet(host, "10.0.0.0", "255.0.0.0") || timeRange(1, 2)) return "PROXY 127.0.0.1:9";
  return "DIRECT";
}`;
  await paste(page, script);
  await page.locator("#headline").waitFor();
  await settled(page);
  assert.match(await textOf(page, "egress-check-results"), /can be stated/);
  await page.getByText("What DNS answers, and the time").click();
  await page.getByLabel("What DNS answers").fill("* public\nlogin.microsoftonline.com = 10.1.2.3");
  await page.getByLabel("The client's clock").fill("2026-11-23T10:30");
  await page.getByLabel("The client's clock").press("Enter");
  await settled(page);
  assert.match(await textOf(page, "egress-check-knowledge"), /You stated, .*DNS gives \* = public; .*the time is 2026-11-23T10:30/);
  assert.doesNotMatch(await textOf(page, "egress-check-results"), /can be stated/);
  assert.match(decodeURIComponent(page.url()), /dns=\*=public&dns=login\.microsoftonline\.com=10\.1\.2\.3&time=2026-11-23T10:30/);
  await page.getByLabel("The client's clock").fill("half past ten");
  await page.getByLabel("The client's clock").press("Enter");
  await page.locator("egress-check-status", { hasText: "half past ten" }).waitFor();
});

pageTest("a long paste goes past the text box and keeps its lines", async (page) => {
  const long = Array.from({ length: 60_000 }, (_, at) => `host${at}.contoso.example`).join("\n") + "\n" + LIST;
  await paste(page, long);
  await page.locator("egress-check-lines").waitFor();
  assert.equal(await page.locator("egress-check-file textarea").count(), 0);
  assert.match(await textOf(page, "egress-check-file"), /60,004 lines/);
  assert.ok((await page.locator("egress-check-lines li").count()) <= 200);
});

pageTest("a check that takes long can be cancelled, and the text stays", async (page) => {
  await choose(page, "large.txt", "host.contoso.example\n".repeat(1_500_000));
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled. Your text is still here.").waitFor();
  assert.match(await textOf(page, "egress-check-file"), /large\.txt 1,500,000 lines/);
  await page.getByRole("button", { name: "Check again" }).waitFor();
});

pageTest("a dropped file is read", async (page) => {
  await page.locator("egress-check-input section.card").evaluate((card, text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "allowed.txt"));
    card.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, LIST);
  await page.locator("#headline").waitFor();
  assert.match(await textOf(page, "egress-check-file"), /allowed\.txt/);
});

pageTest("several files are devices in a row, and each is named", async (page) => {
  await choose(page, "first.txt", LIST);
  await choose(page, "second.txt", "*.microsoft.com\n");
  await page.locator("#headline").waitFor();
  await settled(page);
  assert.equal(await page.locator("egress-check-file").count(), 2);
  assert.match(await textOf(page, "egress-check-account"), /first\.txt[^]*second\.txt/);
});

pageTest("UTF-16 is read like any text", async (page) => {
  await choose(page, "utf16.txt", Buffer.from(`\ufeff${LIST}`, "utf16le"));
  await page.locator("#headline").waitFor();
  assert.match(await page.locator("egress-check-file textarea").inputValue(), /\*\.microsoft\.com/);
});

for (const [name, content, said] of [
  ["a picture", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1"), /PNG|picture|image|binary|not text/i],
  ["JSON cut in the middle", '{"securityRules":[{"name":"a","properties":{"direction":"Outb', /.+/],
  ["a private key", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", /private key/i],
  ["nothing but spaces", "  \n\t\n", /empty|nothing|no text/i],
]) {
  pageTest(`${name} gets a sentence and stays in the box`, async (page) => {
    await choose(page, "input.txt", content);
    await settled(page);
    assert.match(await textOf(page, "egress-check"), said);
    assert.match(await textOf(page, "egress-check-file"), /input\.txt/);
  });
}

pageTest("200 MB are refused at once, and the text before them stays", async (page) => {
  await paste(page, LIST);
  await page.locator("#headline").waitFor();
  const path = join(tmpdir(), "egress-check-large.txt");
  await writeFile(path, "");
  await truncate(path, 200_000_000);
  const start = Date.now();
  await page.locator('egress-check-input input[type="file"]').setInputFiles(path);
  await page.waitForFunction(() => document.querySelector("egress-check").shadowRoot.querySelector("egress-check-status").shadowRoot.querySelector(".failure"));
  assert.ok(Date.now() - start < 5000);
  assert.match(await alerts(page), /200 MB\. At most/);
  assert.equal(await page.locator("egress-check-file textarea").inputValue(), LIST);
});

pageTest("text from an export never becomes part of the page", async (page) => {
  const hostile = `<img src=x onerror="document.title='taken'">\n"><script>document.title='taken'</script>\n`;
  await paste(page, LIST.repeat(5) + hostile);
  await page.locator("#headline").waitFor();
  await page.getByRole("button", { name: "Open all rows" }).click();
  await page.locator("egress-check-account summary").click();
  await settled(page);
  assert.match(await textOf(page, "egress-check-account"), /<img src=x/);
  assert.equal(await page.title(), "Egress Check");
});

pageTest("the remedy is copied where the clipboard API is absent", async (page) => {
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await runExample(page);
  const remedy = await page.locator("egress-check-remedy pre").first().textContent();
  await page.getByRole("button", { name: /^Copy what to add/ }).first().click();
  await page.getByText("Copied").first().waitFor();
  await page.locator("egress-check-file textarea").first().focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+V");
  await page.waitForTimeout(100);
  assert.equal((await page.locator("egress-check-file textarea").first().inputValue()).trim(), remedy.trim());
});

pageTest("a cited line is shown in the export", async (page) => {
  await runExample(page);
  await page.getByRole("button", { name: "Open all rows" }).click();
  const cited = page.locator("button.cite").first();
  const number = Number((await cited.locator(".line").innerText()).match(/\d+/)[0]);
  await cited.click();
  const selected = await page.locator("egress-check-file textarea").evaluate((box) => box.value.slice(0, box.selectionStart).split("\n").length);
  assert.equal(selected, number);
});

pageTest("another cloud asks for its published file by name and number", async (page) => {
  await page.getByRole("combobox", { name: /^Cloud/ }).selectOption("usgov");
  await page.getByText("ServiceTags_AzureGovernment_YYYYMMDD.json").waitFor();
  assert.match(await textOf(page, "egress-check-data"), /57063/);
  await page.getByRole("combobox", { name: /^Cloud/ }).selectOption("china");
  assert.match(await textOf(page, "egress-check-data"), /ServiceTags_China_YYYYMMDD\.json[^]*57062/);
});

pageTest("a wrong service tags file gets a sentence", async (page) => {
  await page.locator("egress-check-data summary").click();
  await page.locator('egress-check-data input[type="file"]').first().setInputFiles({ name: "page.html", mimeType: "text/html", buffer: Buffer.from("<!doctype html><p>Download</p>") });
  await settled(page);
  assert.match(await alerts(page), /page\.html/);
});

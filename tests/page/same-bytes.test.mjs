// The module that travels in the page writes the bytes that the native engine writes, for every fixture.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { initSync, Session } from "../../www/src/pkg/egress_check.js";
import { root } from "./support.mjs";

test("wasm writes the native engine's bytes for every fixture", async () => {
  initSync({ module: await readFile(new URL("dist/site/egress-check.wasm", root)) });
  const { serviceTags, catalogue, cases } = JSON.parse(await readFile(process.env.SAME_BYTES, "utf8"));
  const session = new Session();
  session.setServiceTags("tags.json", new TextEncoder().encode(serviceTags));
  session.setCatalogue("catalogue.json", new TextEncoder().encode(catalogue));
  assert.ok(cases.length > 100, `${cases.length} fixtures`);
  for (const { name, format, files, settings, answers } of cases) {
    session.clearFiles();
    for (const file of files) {
      const bytes = await readFile(new URL(file.path, root));
      session.addFile(file.name, bytes, file.role, file.role === "device" ? format : undefined);
    }
    for (const [output, expected] of Object.entries(answers)) {
      assert.deepEqual(rendered(session, settings, output), expected, `${name}, ${output}`);
    }
  }
});

/** The text, or the problem that stands in its place. */
function rendered(session, settings, output) {
  try {
    return session.render(settings, output);
  } catch (problem) {
    return problem;
  }
}

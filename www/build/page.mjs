import { createHash } from "node:crypto";

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** A page whose policy names its own script and style by their hashes and lets in nothing else. */
export function page({ template, style, script, connect }) {
  // Inside a script element this sequence would end it; in JavaScript the two mean the same.
  const code = script.replaceAll("</script", "<\\/script");
  const policy = [
    "default-src 'none'",
    `script-src ${hash(code)} 'wasm-unsafe-eval'`,
    `style-src ${hash(style)}`,
    "worker-src blob:",
    `connect-src ${connect}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const parts = { policy, style, script: code };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
}

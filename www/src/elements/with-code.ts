import { html } from "lit";

/** The one bit of Markdown that the engine's texts use: code between backticks. */
export function withCode(text: string) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}

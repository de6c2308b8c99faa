import { css, html, LitElement, nothing } from "lit";
import type { FormatInfo } from "../generated/FormatInfo";
import { define } from "./emit";
import { base } from "./styles";

/** How to get an export out of each device that can be read. */
export class FormatHelp extends LitElement {
  static override styles = [
    base,
    css`
      summary { cursor: pointer; font-weight: 550; font-size: 14px; color: var(--accent); padding: 2px 0; }
      dl { display: grid; gap: 10px; margin-top: 10px; }
      dt { font-weight: 600; font-size: 14px; }
      dd { font-size: 14px; color: var(--muted); white-space: pre-line; }
      code { background: var(--raised); padding: 1px 4px; border-radius: 4px; color: var(--text); }
    `,
  ];
  static override properties = { formats: { attribute: false } };

  declare formats: readonly FormatInfo[];

  override render() {
    if (this.formats.length === 0) return nothing;
    return html`
      <details>
        <summary>What can be read, and how to export it</summary>
        <dl>
          ${this.formats.map((format) => html`<div><dt>${format.title}</dt><dd class="wrap">${withCode(format.howToExport)}</dd></div>`)}
        </dl>
      </details>
    `;
  }
}

/** The one bit of Markdown that these texts use: code between backticks. */
function withCode(text: string) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}

define("egress-check-format-help", FormatHelp);

import { css, html, LitElement, nothing } from "lit";
import type { FormatInfo } from "../generated/FormatInfo";
import { define } from "./emit";
import { base } from "./styles";
import { withCode } from "./with-code";

/** How to get an export out of each device that can be read. */
export class FormatHelp extends LitElement {
  static override styles = [
    base,
    css`
      summary { cursor: pointer; font-weight: 550; font-size: 14px; color: var(--accent); padding: 2px 0; }
      dl { display: grid; gap: 10px; margin-top: 10px; }
      dt { font-weight: 600; font-size: 14px; }
      dd { font-size: 14px; color: var(--muted); white-space: pre-line; }
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

define("egress-check-format-help", FormatHelp);

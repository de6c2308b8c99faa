import { css, html, LitElement, nothing } from "lit";
import type { Device } from "../generated/Device";
import { citation, citationStyles } from "./citations";
import { define } from "./emit";
import { base } from "./styles";

/** A device may leave thousands of lines unexplained; the saved report lists them all. */
const SHOWN = 50;

/** How each export was read, and what became of its lines. */
export class AccountPanel extends LitElement {
  static override styles = [
    base,
    citationStyles,
    css`
      .card { display: grid; gap: 12px; align-content: start; }
      .device { display: grid; gap: 4px; font-size: 14px; }
      summary { cursor: pointer; color: var(--partly); font-weight: 600; }
      .lines { max-height: 320px; overflow: auto; margin-top: 4px; }
    `,
  ];
  static override properties = { devices: { attribute: false } };

  declare devices: readonly Device[];

  override render() {
    return html`
      <section class="card" aria-labelledby="title">
        <h2 id="title">How your text was read</h2>
        ${this.devices.map((device) => this.device(device))}
      </section>
    `;
  }

  private device({ file, formatTitle, dialect, vantages, vantage, account }: Device) {
    const open = account.notUnderstood;
    return html`<div class="device">
      <p class="wrap"><strong>${file}</strong> as ${formatTitle}${dialect ? `, entries read like ${dialect}` : ""}</p>
      ${vantages.length > 1 ? html`<p class="muted wrap">Seen from ${vantage ?? `all of: ${vantages.join(", ")}`}</p>` : nothing}
      <p class="muted">${account.lines.toLocaleString("en")} lines: ${account.used.toLocaleString("en")} used,
        ${account.irrelevant.toLocaleString("en")} without bearing, ${open.length.toLocaleString("en")} not understood</p>
      ${open.length > 0
        ? html`<details>
            <summary>${open.length.toLocaleString("en")} ${open.length === 1 ? "line was" : "lines were"} not understood</summary>
            <div class="lines" tabindex="0" role="region" aria-label="Lines not understood">
              ${open.slice(0, SHOWN).map((cited) => citation(this, cited, false))}
            </div>
            ${open.length > SHOWN ? html`<p class="small muted">and ${open.length - SHOWN} more; the saved JSON lists all.</p>` : nothing}
          </details>`
        : nothing}
    </div>`;
  }
}

define("egress-check-account", AccountPanel);

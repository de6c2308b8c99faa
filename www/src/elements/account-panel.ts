import { css, html, LitElement, nothing } from "lit";
import type { Device } from "../generated/Device";
import type { LineAccount } from "../generated/LineAccount";
import { citation, citationStyles } from "./citations";
import { define } from "./emit";
import { base } from "./styles";

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

  private device({ file, formatTitle, dialect, vantages, vantage, accounts }: Device) {
    return html`<div class="device">
      <p class="wrap"><strong>${file}</strong> as ${formatTitle}${dialect ? `, entries read like ${dialect}` : ""}</p>
      ${vantages.length > 1 ? html`<p class="muted wrap">Seen from ${vantage ?? `all of: ${vantages.join(", ")}`}</p>` : nothing}
      ${accounts.map((account) => this.account(account, account.file === file ? "" : `${account.file}: `))}
    </div>`;
  }

  private account({ lines, used, irrelevant, notUnderstood, examples }: LineAccount, prefix: string) {
    const number = (count: number) => count.toLocaleString("en");
    return html`
      <p class="muted wrap">${prefix}${number(lines)} lines: ${number(used)} used, ${number(irrelevant)} without bearing,
        ${number(notUnderstood)} not understood</p>
      ${notUnderstood > 0
        ? html`<details>
            <summary>${number(notUnderstood)} ${notUnderstood === 1 ? "line was" : "lines were"} not understood</summary>
            <div class="lines" tabindex="0" role="group" aria-label="Lines not understood">
              ${examples.map((cited) => citation(this, cited, false))}
            </div>
            ${notUnderstood > examples.length ? html`<p class="small muted">and ${number(notUnderstood - examples.length)} more</p>` : nothing}
          </details>`
        : nothing}
    `;
  }
}

define("egress-check-account", AccountPanel);

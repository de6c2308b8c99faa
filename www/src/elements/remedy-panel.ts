import { css, html, LitElement, nothing } from "lit";
import type { DeviceRemedy } from "../generated/DeviceRemedy";
import { define } from "./emit";
import { base, codeBlock } from "./styles";
import { withCode } from "./with-code";
import "./copy-button";

/** What to add, one text for each device. */
export class RemedyPanel extends LitElement {
  static override styles = [
    base,
    codeBlock,
    css`
      .card { display: grid; gap: 16px; border-left: 3px solid var(--accent); }
      .head { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; justify-content: space-between; }
      .notes { display: grid; gap: 4px; }
    `,
  ];
  static override properties = { remedies: { attribute: false } };

  declare remedies: readonly DeviceRemedy[];

  override render() {
    if (this.remedies.length === 0) return nothing;
    return html`
      <section class="card" aria-labelledby="title">
        <h2 id="title">What to add</h2>
        ${this.remedies.map(
          (remedy) => html`<div class="stack">
            <div class="head">
              <p class="wrap">To <strong>${remedy.file}</strong>, ${withCode(remedy.place)}:</p>
              <egress-check-copy .text=${remedy.text} what="what to add to ${remedy.file}"></egress-check-copy>
            </div>
            <pre class="code" tabindex="0" role="group" aria-label="What to add to ${remedy.file}">${remedy.text}</pre>
            ${remedy.notes.length > 0
              ? html`<ul class="notes small muted">${remedy.notes.map((note) => html`<li class="wrap">${withCode(note)}</li>`)}</ul>`
              : nothing}
          </div>`,
        )}
        <p class="small muted">Read it before you use it. Then check the changed export here once more.</p>
      </section>
    `;
  }
}

define("egress-check-remedy", RemedyPanel);

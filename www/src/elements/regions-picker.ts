import { css, html, LitElement, nothing } from "lit";
import { define, emit } from "./emit";
import { base } from "./styles";

/** Regions to narrow the ranges to: typed with suggestions, shown as removable chips. */
export class RegionsPicker extends LitElement {
  static override styles = [
    base,
    css`
      .chips { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 6px; }
      .chips button { min-height: 28px; padding: 2px 10px; border-radius: 14px; background: var(--accent-soft); border-color: transparent; }
    `,
  ];
  static override properties = { known: { attribute: false }, chosen: { attribute: false } };

  declare known: readonly string[];
  declare chosen: readonly string[];

  override render() {
    const open = this.known.filter((region) => !this.chosen.includes(region));
    return html`
      <label class="label" for="region">Regions</label>
      ${this.chosen.length > 0
        ? html`<div class="chips">
            ${this.chosen.map(
              (region) => html`<button @click=${() => this.set(this.chosen.filter((other) => other !== region))} aria-label="Remove region ${region}">
                ${region} <span aria-hidden="true">×</span>
              </button>`,
            )}
          </div>`
        : nothing}
      <input id="region" type="text" list="regions" autocomplete="off" spellcheck="false"
        placeholder=${this.chosen.length > 0 ? "add a region" : "all regions"} @change=${this.add}>
      <datalist id="regions">${open.map((region) => html`<option value=${region}></option>`)}</datalist>
    `;
  }

  private add = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const given = input.value.split(",").map((region) => region.trim()).filter((region) => region && !this.chosen.includes(region));
    input.value = "";
    if (given.length > 0) this.set([...this.chosen, ...given]);
  };

  private set(regions: string[]) {
    emit(this, "settings-change", { regions });
  }
}

define("egress-check-regions", RegionsPicker);

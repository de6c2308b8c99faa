import { css, html, LitElement, nothing } from "lit";
import { CLOUDS, downloadPage } from "../model/clouds";
import { define, emit } from "./emit";
import { base } from "./styles";

/** Data of the user's own: Azure's ranges as published, and a catalogue of needs. */
export class DataPanel extends LitElement {
  static override styles = [
    base,
    css`
      summary { cursor: pointer; font-weight: 650; font-size: 15px; }
      .needed { border-left: 3px solid var(--partly); background: var(--partly-soft); padding: 10px 12px; border-radius: 6px; }
      .body { margin-top: 12px; }
    `,
  ];
  static override properties = { cloud: {}, serviceTags: { attribute: false }, catalogue: { attribute: false } };

  declare cloud: string;
  /** The user's file, by name; undefined for the shipped one. */
  declare serviceTags: string | undefined;
  declare catalogue: string | undefined;

  override render() {
    const cloud = CLOUDS.find(({ id }) => id === this.cloud) ?? CLOUDS[0];
    const needed = cloud.id !== "public" && !this.serviceTags;
    return html`
      <details class="card" ?open=${needed || Boolean(this.serviceTags || this.catalogue)}>
        <summary>Your own Azure data</summary>
        <div class="stack body">
          <p class=${needed ? "needed" : "muted small"}>
            ${needed ? html`<strong>The ranges of this cloud do not come with the page.</strong> ` : "To use newer ranges, get "}
            ${needed ? "Get " : nothing}<span class="mono wrap">${cloud.file}</span> from
            <a href=${downloadPage(cloud.download)} target="_blank" rel="noreferrer noopener">Microsoft's download centre, number ${cloud.download}</a>
            and choose it here.
          </p>
          ${this.chooser("Service tags file", "service-tags-file", this.serviceTags ?? "the one that comes with the page")}
          ${this.chooser("Catalogue of needs", "catalogue-file", this.catalogue ?? "built in")}
          ${this.serviceTags || this.catalogue
            ? html`<div><button @click=${() => emit(this, "own-data-forget")}>Go back to the data of the page</button></div>`
            : nothing}
        </div>
      </details>
    `;
  }

  private chooser(title: string, event: string, current: string) {
    const chosen = (change: Event) => {
      const input = change.target as HTMLInputElement;
      const file = input.files?.[0];
      if (file) emit(this, event, file);
      input.value = "";
    };
    return html`
      <div>
        <span class="label">${title}</span>
        <div class="row">
          <button @click=${(click: Event) => ((click.currentTarget as HTMLElement).nextElementSibling as HTMLInputElement).click()}
            aria-label="Choose a file: ${title}">Choose a file</button>
          <input type="file" hidden accept=".json,application/json" aria-label=${title} @change=${chosen}>
          <span class="small muted wrap">Now: ${current}</span>
        </div>
      </div>
    `;
  }
}

define("egress-check-data", DataPanel);

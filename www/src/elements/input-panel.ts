import { css, html, LitElement, nothing } from "lit";
import type { Failure } from "../engine/protocol";
import type { FileInspection } from "../generated/FileInspection";
import type { FormatInfo } from "../generated/FormatInfo";
import type { UserFile } from "../model/files";
import { define, emit } from "./emit";
import { FileCard } from "./file-card";
import { base } from "./styles";
import "./format-help";

/** Where exports come in: paste, drop or choose. */
export class InputPanel extends LitElement {
  static override styles = [
    base,
    css`
      .card { display: grid; gap: 14px; align-content: start; position: relative; }
      .card.over { outline: 2px dashed var(--accent); outline-offset: -6px; background: var(--accent-soft); }
      egress-check-file + egress-check-file { border-top: 1px solid var(--line); padding-top: 14px; }
    `,
  ];
  static override properties = {
    files: { attribute: false },
    inspections: { attribute: false },
    refusals: { attribute: false },
    formats: { attribute: false },
    over: { state: true },
  };

  declare files: readonly UserFile[];
  declare inspections: ReadonlyMap<number, FileInspection>;
  declare refusals: ReadonlyMap<number, Failure>;
  declare formats: readonly FormatInfo[];
  declare over: boolean;

  constructor() {
    super();
    this.files = this.formats = [];
    this.inspections = this.refusals = new Map();
    this.over = false;
  }

  override render() {
    const { files } = this;
    const empty = files.every((file) => file.bytes.length === 0);
    return html`
      <section class="card ${this.over ? "over" : ""}" aria-labelledby="title"
        @dragover=${this.drag} @dragleave=${() => (this.over = false)} @drop=${this.drop}>
        <h2 id="title">Your export</h2>
        ${files.map(
          (file) => html`<egress-check-file
            data-id=${file.id} .file=${file} .formats=${this.formats} ?only=${files.length === 1}
            .inspection=${this.inspections.get(file.id)} .refusal=${this.refusals.get(file.id)}
          ></egress-check-file>`,
        )}
        <div class="row no-print">
          <button @click=${this.browse}>${empty ? "Choose files" : "Add files"}</button>
          ${empty ? nothing : html`<button @click=${() => emit(this, "paste-more")}>Paste another</button>`}
          <button class=${empty ? "primary" : "quiet"} @click=${() => emit(this, "example")}>
            ${empty ? "Try a worked example" : "Show the worked example"}
          </button>
          <input type="file" multiple hidden @change=${this.chosen} aria-label="Files">
        </div>
        ${empty
          ? html`<egress-check-format-help .formats=${this.formats}></egress-check-format-help>`
          : html`<p class="small muted">Several files are devices in a row on one path. Traffic must pass them all.</p>`}
      </section>
    `;
  }

  private browse = () => this.renderRoot.querySelector<HTMLInputElement>('input[type="file"]')?.click();

  private chosen = (event: Event) => {
    const input = event.target as HTMLInputElement;
    emit(this, "files-added", [...(input.files ?? [])]);
    input.value = "";
  };

  private drag = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.over = true;
  };

  private drop = (event: DragEvent) => {
    this.over = false;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    emit(this, "files-added", files);
  };

  /** Brings a line of a file into view. */
  async show(name: string, line: number): Promise<void> {
    const file = this.files.find((file) => file.name === name);
    const card = file && this.renderRoot.querySelector(`[data-id="${file.id}"]`);
    if (card instanceof FileCard) await card.show(line);
  }
}

define("egress-check-input", InputPanel);

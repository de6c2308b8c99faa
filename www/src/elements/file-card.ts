import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { Failure } from "../engine/protocol";
import type { FileInspection } from "../generated/FileInspection";
import type { FormatInfo } from "../generated/FormatInfo";
import { size, type UserFile } from "../model/files";
import { decode, Lines } from "../model/text";
import { define, emit } from "./emit";
import { fileCardStyles } from "./file-card.styles";
import { base } from "./styles";
import { withCode } from "./with-code";
import "./line-view";

/** One file: its text, what it is taken for, and what may be done with it. */
export class FileCard extends LitElement {
  static override styles = [base, fileCardStyles];
  static override properties = {
    file: { attribute: false },
    inspection: { attribute: false },
    refusal: { attribute: false },
    formats: { attribute: false },
    only: { type: Boolean },
  };

  declare file: UserFile;
  declare inspection: FileInspection | undefined;
  declare refusal: Failure | undefined;
  declare formats: readonly FormatInfo[];
  /** Whether this is the only file. */
  declare only: boolean;

  private lines = new Lines("");
  private binary = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("file");
    if (!changed.has("file") || before?.bytes === this.file.bytes) return;
    const text = this.file.text ?? decode(this.file.bytes);
    this.binary = text === undefined;
    this.lines = new Lines(text ?? "");
  }

  override render() {
    const { file } = this;
    const empty = file.bytes.length === 0;
    return html`
      <section class=${empty ? "file empty" : "file"} aria-label=${file.name}>
        ${empty && this.only ? nothing : this.head()}
        ${file.text === undefined ? this.preview() : this.editor(file.text)}
        ${empty ? nothing : this.detected()}
      </section>
    `;
  }

  private head() {
    const { file } = this;
    return html`
      <header class="row">
        <strong class="name wrap">${file.name}</strong>
        <span class="muted small">${this.binary ? "" : `${this.lines.count.toLocaleString("en")} lines, `}${size(file.bytes.length)}</span>
        <span class="spacer"></span>
        <button class="quiet" @click=${() => emit(this, "file-remove", file.id)} aria-label="Remove ${file.name}">Remove</button>
      </header>
    `;
  }

  private editor(text: string) {
    const numbers = Array.from({ length: this.lines.count }, (_, index) => index + 1).join("\n");
    return html`
      <div class="editor">
        <pre class="gutter" aria-hidden="true">${numbers}</pre>
        <textarea
          .value=${text}
          aria-label="Text of ${this.file.name}"
          placeholder="Paste a firewall export or a proxy list here, or drop a file."
          spellcheck="false" autocomplete="off" autocapitalize="off" wrap="off" rows=${text === "" && this.only ? 9 : 12}
          @input=${this.typed} @paste=${this.pasted} @scroll=${this.scrolled}
        ></textarea>
      </div>
    `;
  }

  private preview() {
    if (this.binary) return html`<p class="refusal">This file is not text.</p>`;
    return html`<egress-check-lines .lines=${this.lines} label="Text of ${this.file.name}"></egress-check-lines>`;
  }

  private detected() {
    const { file, inspection, refusal } = this;
    if (refusal) return html`<p class="refusal" role="alert"><strong>${withCode(refusal.message)}</strong> ${withCode(refusal.hint ?? "")}</p>`;
    const best = inspection?.candidates[0];
    const chosen = inspection?.format;
    const why = inspection?.candidates.find((candidate) => candidate.format === chosen);
    return html`
      <div class="about">
        <label><span class="label">Read as</span>
          <select @change=${(event: Event) => this.choose({ format: (event.target as HTMLSelectElement).value || undefined })}>
            <option value="" ?selected=${!file.format}>${best ? `${best.title} (detected)` : "Detect the format"}</option>
            ${this.formats.map((format) => html`<option value=${format.id} ?selected=${file.format === format.id}>${format.title}</option>`)}
          </select>
        </label>
        <label><span class="label">This file is</span>
          <select @change=${(event: Event) => this.choose({ role: (event.target as HTMLSelectElement).value as UserFile["role"] })}>
            <option value="device" ?selected=${file.role === "device"}>a device on the path</option>
            <option value="attachment" ?selected=${file.role === "attachment"}>a list or part that another file names</option>
          </select>
        </label>
        ${why && file.role === "device"
          ? html`<p class="why small muted">${file.format ? "Chosen by you." : `${why.percent} % sure`}${why.why ? [": ", withCode(why.why)] : ""}${this.others()}</p>`
          : nothing}
        ${(inspection?.problems ?? []).map(
          (problem) => html`<p class="why small ${problem.severity}">${problem.line ? `Line ${problem.line}: ` : ""}${withCode(problem.message)} ${withCode(problem.hint ?? "")}</p>`,
        )}
      </div>
    `;
  }

  /** Other forms that the text may be just as well. */
  private others() {
    const [first, ...rest] = this.inspection?.candidates ?? [];
    const close = rest.filter((candidate) => first && candidate.percent + 15 >= first.percent);
    return close.length > 0 ? ` It may also be: ${close.map((candidate) => candidate.title).join(", ")}.` : "";
  }

  private choose(change: Partial<UserFile>) {
    emit(this, "file-change", { id: this.file.id, change });
  }

  private typed = (event: Event) => {
    emit(this, "file-edit", { id: this.file.id, text: (event.target as HTMLTextAreaElement).value });
  };

  /** A long paste goes past the text box, which is slow with long texts. */
  private pasted = (event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) {
      event.preventDefault();
      emit(this, "files-added", files);
      return;
    }
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const box = event.target as HTMLTextAreaElement;
    const { value, selectionStart, selectionEnd } = box;
    if (value.length + text.length < 16_384) return;
    event.preventDefault();
    emit(this, "file-edit", { id: this.file.id, text: value.slice(0, selectionStart) + text + value.slice(selectionEnd) });
  };

  private scrolled = (event: Event) => {
    const gutter = this.renderRoot.querySelector<HTMLElement>(".gutter");
    if (gutter) gutter.scrollTop = (event.target as HTMLElement).scrollTop;
  };

  /** Brings a line of the text into view. */
  async show(line: number): Promise<void> {
    await this.updateComplete;
    const box = this.renderRoot.querySelector("textarea");
    if (box) {
      const start = this.lines.start(line);
      box.focus();
      box.setSelectionRange(start, Math.max(start, this.lines.start(line + 1) - 1));
      box.scrollTop = Math.max(0, (line - 4) * (box.scrollHeight / Math.max(1, this.lines.count)));
    } else {
      await this.renderRoot.querySelector("egress-check-lines")?.show(line);
    }
    this.scrollIntoView({ block: "center" });
  }
}

define("egress-check-file", FileCard);

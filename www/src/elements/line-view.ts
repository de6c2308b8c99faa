import { css, html, LitElement, nothing } from "lit";
import { Lines } from "../model/text";
import { define } from "./emit";
import { base } from "./styles";

/** How many lines stand in the page at a time. */
const WINDOW = 200;

/** A long text to read: a window of numbered lines, moved by buttons. */
export class LineView extends LitElement {
  static override styles = [
    base,
    css`
      .frame { border: 1px solid var(--line); border-radius: 6px; overflow: hidden; background: var(--surface); }
      ol { margin: 0; padding: 6px 0; max-height: 260px; overflow: auto; list-style: none; font: 12.5px/20px var(--mono); }
      li { display: grid; grid-template-columns: 64px max-content; white-space: pre; padding-right: 12px; }
      li span:first-child { color: var(--muted); text-align: right; padding-right: 12px; user-select: none; }
      li.marked { background: var(--partly-soft); }
      .bar { padding: 6px 10px; background: var(--raised); border-top: 1px solid var(--line); }
      @media print { ol { max-height: none; } }
    `,
  ];
  static override properties = { lines: { attribute: false }, label: {}, from: { state: true }, marked: { state: true } };

  declare lines: Lines;
  declare label: string;
  declare from: number;
  declare marked: number;

  constructor() {
    super();
    this.lines = new Lines("");
    this.label = "Text";
    this.from = 1;
    this.marked = 0;
  }

  override render() {
    const { lines } = this;
    const from = Math.min(this.from, lines.count);
    const shown = lines.slice(from, WINDOW);
    const last = from + shown.length - 1;
    return html`
      <div class="frame">
        <ol tabindex="0" aria-label=${this.label}>
          ${shown.map(
            ({ number, text }) => html`<li class=${number === this.marked ? "marked" : ""}><span>${number}</span><span>${text}</span></li>`,
          )}
        </ol>
        ${lines.count > WINDOW
          ? html`<div class="bar row small">
              <span class="muted">Lines ${from.toLocaleString("en")} to ${last.toLocaleString("en")} of ${lines.count.toLocaleString("en")}</span>
              <button class="quiet" ?disabled=${from === 1} @click=${() => (this.from = Math.max(1, from - WINDOW))}>Earlier lines</button>
              <button class="quiet" ?disabled=${last === lines.count} @click=${() => (this.from = from + WINDOW)}>Later lines</button>
            </div>`
          : nothing}
      </div>
    `;
  }

  async show(line: number): Promise<void> {
    this.from = Math.max(1, line - 20);
    this.marked = line;
    await this.updateComplete;
    const list = this.renderRoot.querySelector("ol");
    const item = this.renderRoot.querySelector<HTMLElement>(".marked");
    if (list && item) list.scrollTop = item.offsetTop - list.offsetTop - 60;
    list?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "egress-check-lines": LineView;
  }
}

define("egress-check-lines", LineView);

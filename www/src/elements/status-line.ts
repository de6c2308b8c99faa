import { css, html, LitElement, nothing } from "lit";
import type { Failure } from "../engine/protocol";
import type { State } from "../state";
import { define, emit } from "./emit";
import { base } from "./styles";
import { withCode } from "./with-code";

/** Work that shorter than this is not worth a flicker. */
const QUIET_MS = 200;

/** What is going on, with a way to stop it; and what went wrong. */
export class StatusLine extends LitElement {
  static override styles = [
    base,
    css`
      .line { display: flex; gap: 12px; align-items: center; padding: 10px 16px; border-radius: var(--radius); }
      .busy { background: var(--accent-soft); animation: appear 0s ${QUIET_MS / 1000}s backwards; }
      .spinner { width: 16px; height: 16px; border-radius: 50%; border: 2px solid var(--accent); border-right-color: transparent; animation: turn 0.8s linear infinite; }
      .failure { display: block; background: var(--missing-soft); border-left: 3px solid var(--missing); }
      .grow { flex: 1; }
      @keyframes turn { to { transform: rotate(1turn); } }
      @keyframes appear { from { visibility: hidden; } }
      @media (prefers-reduced-motion: reduce) { .spinner { animation-duration: 4s; } }
    `,
  ];
  static override properties = { busy: {}, failure: { attribute: false }, cancelled: { type: Boolean }, seconds: { state: true } };

  declare busy: State["busy"];
  declare failure: Failure | undefined;
  declare cancelled: boolean;
  declare seconds: number;
  private timer: ReturnType<typeof setInterval> | undefined;

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("busy")) return;
    clearInterval(this.timer);
    this.seconds = 0;
    if (this.busy) this.timer = setInterval(() => this.seconds++, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  override render() {
    const { busy, failure } = this;
    return html`
      <div role="status">
        ${busy
          ? html`<div class="line busy">
              <span class="spinner" aria-hidden="true"></span>
              <span class="grow">${busy === "loading" ? "Loading the data…" : "Checking…"}
                ${this.seconds > 0 ? html`<span aria-hidden="true">${this.seconds} s</span>` : nothing}</span>
              <button @click=${() => emit(this, "cancel")}>Cancel</button>
            </div>`
          : this.cancelled
            ? html`<div class="line busy"><span class="grow">Cancelled. Your text is still here.</span>
                <button class="primary" @click=${() => emit(this, "check")}>Check again</button></div>`
            : nothing}
      </div>
      <div role="alert">
        ${failure
          ? html`<div class="line failure wrap"><strong>${withCode(failure.message)}</strong> ${withCode(failure.hint ?? "")}
              ${failure.line ? html`<span class="muted">(line ${failure.line})</span>` : nothing}</div>`
          : nothing}
      </div>
    `;
  }
}

define("egress-check-status", StatusLine);

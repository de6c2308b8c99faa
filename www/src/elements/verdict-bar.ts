import { css, html, LitElement } from "lit";
import type { RequirementResult } from "../generated/RequirementResult";
import { MEANING, ORDER, shape, WORD } from "../model/verdict";
import { define, emit } from "./emit";
import { base } from "./styles";

/** One cell a required row, each leading to its row; a legend below. */
export class VerdictBar extends LitElement {
  static override styles = [
    base,
    css`
      .bar { display: flex; gap: 3px; }
      .bar button {
        flex: 1 1 0; min-width: 0; min-height: 30px; padding: 0; justify-content: center; border: 0; border-radius: 4px;
        background: var(--tone); color: var(--surface);
      }
      .bar button:hover { filter: brightness(1.12); }
      .bar .shape .cut { stroke: var(--tone); }
      .bar .missing .shape .cut, .bar .covered .shape .cut { stroke: var(--tone); }
      .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 8px; font-size: 13px; }
      .legend li { display: flex; gap: 6px; align-items: center; }
      .legend .shape { color: var(--tone); width: 15px; height: 15px; }
      @media (max-width: 520px) { .bar { flex-wrap: wrap; } .bar button { flex-basis: 28px; } }
    `,
  ];
  static override properties = { requirements: { attribute: false } };

  declare requirements: readonly RequirementResult[];

  override render() {
    const rows = [...this.requirements].sort((a, b) => ORDER.indexOf(b.verdict) - ORDER.indexOf(a.verdict));
    const present = [...ORDER].reverse().filter((verdict) => rows.some((row) => row.verdict === verdict));
    return html`
      <div class="bar" role="group" aria-label="One button for each required row">
        ${rows.map(
          (row) => html`<button class=${row.verdict} title="${WORD[row.verdict]}: ${row.title}" aria-label="${WORD[row.verdict]}: ${row.title}"
            @click=${() => emit(this, "row-show", row)}>${shape(row.verdict)}</button>`,
        )}
      </div>
      <ul class="legend">
        ${present.map(
          (verdict) => html`<li class=${verdict} title=${MEANING[verdict]}>
            ${shape(verdict)} ${rows.filter((row) => row.verdict === verdict).length} ${WORD[verdict].toLowerCase()}
          </li>`,
        )}
      </ul>
    `;
  }
}

define("egress-check-bar", VerdictBar);

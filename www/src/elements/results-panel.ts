import { css, html, LitElement, nothing } from "lit";
import type { Output } from "../engine/protocol";
import type { Report } from "../generated/Report";
import type { RequirementResult } from "../generated/RequirementResult";
import { shape } from "../model/verdict";
import { citationStyles, noteList } from "./citations";
import { define, emit } from "./emit";
import { base } from "./styles";
import "./account-panel";
import "./findings-panel";
import "./knowledge-panel";
import "./remedy-panel";
import "./requirement-table";
import "./verdict-bar";

/** The answer: one sentence, a bar, the rows, what to add, and what it rests on. */
export class ResultsPanel extends LitElement {
  static override styles = [
    base,
    citationStyles,
    css`
      .results { display: grid; gap: 16px; }
      .overview { padding: 20px 0 0; overflow: hidden; border-top: 4px solid var(--tone); }
      .overview > :not(egress-check-table) { margin-left: 20px; margin-right: 20px; }
      .headline { display: flex; gap: 10px; align-items: center; margin-bottom: 14px; }
      .headline h2 { font-size: 22px; letter-spacing: -0.01em; }
      .headline h2:focus { outline: none; }
      .headline .shape { width: 28px; height: 28px; color: var(--tone); }
      .place { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; margin-bottom: 14px; }
      .place select { width: auto; max-width: 100%; }
      .tools { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; justify-content: space-between; margin-top: 14px; margin-bottom: 6px; }
      .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; align-items: stretch; }
      .pair > * { display: grid; }
      .tools > button { margin-left: -8px; }
      .notes summary { cursor: pointer; font-size: 17px; font-weight: 650; }
      .notes summary .muted { font-weight: 400; margin-left: 4px; }
      .notes[open] summary { margin-bottom: 12px; }
      @media (max-width: 800px) { .pair { grid-template-columns: minmax(0, 1fr); } }
      @media (max-width: 640px) {
        .overview > :not(egress-check-table) { margin-left: 12px; margin-right: 12px; }
        .headline h2 { font-size: 19px; }
      }
    `,
  ];
  static override properties = { report: { attribute: false }, allOpen: { state: true } };

  declare report: Report;
  declare allOpen: boolean;

  constructor() {
    super();
    this.allOpen = false;
  }

  override render() {
    const { report } = this;
    const several = report.devices.length > 1;
    return html`
      <div class="results">
        <section class="card overview ${report.summary.verdict}" aria-labelledby="headline" @row-show=${this.showRow}>
          <div class="headline">${shape(report.summary.verdict)}<h2 id="headline" tabindex="-1">${report.summary.sentence}</h2></div>
          ${this.places()}
          <egress-check-bar .requirements=${report.requirements.filter((row) => row.required)}></egress-check-bar>
          <div class="tools no-print">
            <button class="quiet" @click=${this.openAll}>${this.allOpen ? "Close all rows" : "Open all rows"}</button>
            <div class="row">
              <span class="small muted">Save as</span>
              ${(["json", "csv", "markdown"] as Output[]).map(
                (output) => html`<button @click=${() => emit(this, "save", output)} aria-label="Save as ${NAMES[output]}">${NAMES[output]}</button>`,
              )}
            </div>
          </div>
          <egress-check-table .report=${report}></egress-check-table>
        </section>
        <egress-check-remedy ?hidden=${report.remedies.length === 0} .remedies=${report.remedies}></egress-check-remedy>
        <egress-check-findings ?hidden=${report.findings.length === 0} .findings=${report.findings} ?withFile=${several}></egress-check-findings>
        ${report.notes.length > 0
          ? html`<details class="card notes">
              <summary>Good to know <span class="muted small">${report.notes.length} notes</span></summary>
              ${noteList(report.notes)}
            </details>`
          : nothing}
        <div class="pair">
          <egress-check-account .devices=${report.devices}></egress-check-account>
          <egress-check-knowledge .knowledge=${report.knowledge} .asked=${report.asked} .tool=${report.tool}></egress-check-knowledge>
        </div>
      </div>
    `;
  }

  /** A device that is seen from several places gives its own answer for each: which one counts is asked for here. */
  private places() {
    const open = this.report.devices.filter(({ vantages, vantage }) => vantages.length > 1 && vantage === null);
    const choose = (event: Event) => emit(this, "settings-change", { vantage: (event.target as HTMLSelectElement).value });
    return open.map(
      ({ file, vantages }) => html`<label class="place no-print">
        <span>${file} is seen from ${vantages.length} places. Where does the traffic pass?</span>
        <select @change=${choose}>
          <option value="" selected disabled>Choose a place</option>
          ${vantages.map((vantage) => html`<option value=${vantage}>${vantage}</option>`)}
        </select>
      </label>`,
    );
  }

  private get table() {
    return this.renderRoot.querySelector("egress-check-table");
  }

  private openAll = () => {
    this.allOpen = !this.allOpen;
    this.table?.openAll(this.allOpen);
  };

  private showRow = (event: Event) => void this.table?.show((event as CustomEvent<RequirementResult>).detail.id);

  /** Brings the answer into view, for those who see it and those who hear it. */
  showHeadline(): void {
    this.scrollIntoView({ block: "start" });
    this.renderRoot.querySelector<HTMLElement>("#headline")?.focus({ preventScroll: true });
  }
}

const NAMES: Record<Output, string> = { json: "JSON", csv: "CSV", markdown: "Markdown" };

declare global {
  interface HTMLElementTagNameMap {
    "egress-check-results": ResultsPanel;
  }
}

define("egress-check-results", ResultsPanel);

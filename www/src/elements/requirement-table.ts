import { css, html, LitElement, nothing } from "lit";
import type { Report } from "../generated/Report";
import type { RequirementResult } from "../generated/RequirementResult";
import { MEANING, shape, WORD } from "../model/verdict";
import { define } from "./emit";
import { base } from "./styles";
import { withCode } from "./with-code";
import "./requirement-detail";

/** Names that a closed row shows; the open one shows all. */
const NAMES_SHOWN = 3;

/** All rows of a report; each opens to its evidence. */
export class RequirementTable extends LitElement {
  static override styles = [
    base,
    css`
      table { width: 100%; border-collapse: collapse; table-layout: fixed; }
      col.verdict { width: 140px; }
      col.port { width: 84px; }
      th { text-align: left; font-size: 12.5px; font-weight: 600; color: var(--muted); padding: 6px 12px; border-bottom: 1px solid var(--line); }
      tbody th { background: var(--raised); color: var(--text); }
      td { padding: 9px 12px; vertical-align: top; border-bottom: 1px solid var(--line); }
      th:first-child, td:first-child { padding-left: 20px; }
      tr.requirement:hover { background: var(--raised); cursor: pointer; }
      tr.requirement.open td { border-bottom: 0; }
      .verdict-cell { display: flex; gap: 7px; align-items: center; color: var(--tone); font-weight: 600; font-size: 14px; padding-top: 2px; }
      button.title {
        all: unset; cursor: pointer; display: inline-flex; gap: 7px; align-items: baseline; font-size: 14.5px;
        font-weight: 600; overflow-wrap: anywhere; border-radius: 3px;
      }
      button.title:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
      .narrow { display: none; color: var(--tone); font-weight: 600; }
      .chevron { flex: none; width: 9px; height: 9px; color: var(--muted); transition: transform 0.12s; }
      .open .chevron { transform: rotate(90deg); }
      .sentence { font-size: 13.5px; color: var(--muted); overflow-wrap: anywhere; padding-left: 16px; }
      .names { display: flex; flex-wrap: wrap; gap: 0 12px; padding-left: 16px; font: 12.5px/1.6 var(--mono); overflow-wrap: anywhere; }
      td.port { font-size: 13.5px; font-variant-numeric: tabular-nums; }
      td.detail { padding: 4px 20px 20px; }
      @media (max-width: 640px) {
        col.verdict { width: 36px; }
        col.port { width: 52px; }
        thead th:first-child { font-size: 0; }
        .verdict-cell > span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .narrow { display: inline; }
        th, td { padding-left: 6px; padding-right: 6px; }
        th:first-child, td:first-child { padding-left: 12px; position: relative; }
        .sentence, .names { padding-left: 0; }
        td.detail { padding: 4px 4px 20px 10px; }
      }
      @media (prefers-reduced-motion: reduce) { .chevron { transition: none; } }
      @media print { button.title { display: inline-flex !important; } .chevron { display: none; } tr { break-inside: avoid; } }
    `,
  ];
  static override properties = { report: { attribute: false }, open: { state: true } };

  declare report: Report;
  declare open: ReadonlySet<string>;

  constructor() {
    super();
    this.open = new Set();
  }

  override render() {
    const { requirements, asked } = this.report;
    const several = asked.scenarios.length > 1;
    const groups = asked.scenarios.map(({ id, title }) => ({
      title: several ? title : "",
      rows: requirements.filter((row) => row.required && row.scenario === id),
    }));
    const information = requirements.filter((row) => !row.required);
    return html`
      <table>
        <colgroup><col class="verdict"><col><col class="port"></colgroup>
        <thead><tr><th scope="col">Verdict</th><th scope="col">Must get through</th><th scope="col">Port</th></tr></thead>
        ${groups.map((group) => this.group(group.title, group.rows))}
        ${this.group("For information: named by other sources, does not count for the verdict", information)}
      </table>
    `;
  }

  private group(title: string, rows: readonly RequirementResult[]) {
    if (rows.length === 0) return nothing;
    return html`<tbody>
      ${title ? html`<tr><th colspan="3" scope="rowgroup">${title}</th></tr>` : nothing}
      ${rows.map((row) => this.row(row))}
    </tbody>`;
  }

  private row(row: RequirementResult) {
    const open = this.open.has(row.id);
    return html`
      <tr class="requirement ${row.verdict} ${open ? "open" : ""}" data-row=${row.id} @click=${() => this.toggle(row.id)}>
        <td><span class="verdict-cell" title=${MEANING[row.verdict]}>${shape(row.verdict)}<span>${WORD[row.verdict]}</span></span></td>
        <td>
          <button class="title" aria-expanded=${open} @click=${(event: Event) => (event.stopPropagation(), this.toggle(row.id))}>
            <svg class="chevron" viewBox="0 0 9 9" aria-hidden="true"><path d="m2.5.8 4 3.7-4 3.7" fill="none" stroke="currentColor" stroke-width="1.6"/></svg>
            <span>${row.title}</span>
          </button>
          ${this.names(row)}
          <div class="sentence"><strong class="narrow" aria-hidden="true">${WORD[row.verdict]}.</strong> <span>${row.purpose}${row.detail ? `: ${row.detail}` : nothing}.</span> ${withCode(row.sentence)}</div>
        </td>
        <td class="port">${row.ports.join(", ")}</td>
      </tr>
      ${open
        ? html`<tr><td class="detail" colspan="3">
            <egress-check-detail .requirement=${row} .ranges=${this.report.ranges} ?withFile=${this.report.devices.length > 1}></egress-check-detail>
          </td></tr>`
        : nothing}
    `;
  }

  /** What is asked for, in its own words, unless the title says so already. */
  private names(row: RequirementResult) {
    const names = [...new Set(row.names?.parts.map((part) => part.name))];
    if (!names[0] || row.title.startsWith(names[0])) return nothing;
    const more = names.length - NAMES_SHOWN;
    return html`<div class="names">
      ${names.slice(0, NAMES_SHOWN).map((name) => html`<span>${name}</span>`)}${more > 0 ? html`<span class="muted">and ${more} more</span>` : nothing}
    </div>`;
  }

  private toggle(id: string) {
    const open = new Set(this.open);
    if (!open.delete(id)) open.add(id);
    this.open = open;
  }

  /** Opens every row, or closes all. */
  openAll(open: boolean): void {
    this.open = new Set(open ? this.report.requirements.map((row) => row.id) : []);
  }

  /** Opens a row and brings it into view. */
  async show(id: string): Promise<void> {
    this.open = new Set([...this.open, id]);
    await this.updateComplete;
    const row = this.renderRoot.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);
    row?.scrollIntoView({ block: "center" });
    row?.querySelector("button")?.focus({ preventScroll: true });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "egress-check-table": RequirementTable;
  }
}

define("egress-check-table", RequirementTable);

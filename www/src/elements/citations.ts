import { css, html, nothing, type TemplateResult } from "lit";
import type { Citation } from "../generated/Citation";
import type { Evidence } from "../generated/Evidence";
import type { Note } from "../generated/Note";
import type { ReasonResult } from "../generated/ReasonResult";
import type { SourceRef } from "../generated/SourceRef";
import { emit } from "./emit";
import { withCode } from "./with-code";

export const citationStyles = css`
  .cite {
    display: grid; grid-template-columns: auto minmax(0, 1fr); width: 100%; min-height: 0; padding: 0; overflow: hidden; gap: 0;
    text-align: left; border: 1px solid var(--line); border-radius: 5px; background: var(--raised); font: 12.5px/1.5 var(--mono);
    margin-top: 4px; align-items: stretch;
  }
  .cite .line { padding: 3px 8px; color: var(--muted); border-right: 1px solid var(--line); white-space: nowrap; }
  .cite .text { padding: 3px 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
  .evidence { display: grid; gap: 8px; }
  .evidence > li { font-size: 14px; }
  .tag { font-size: 12px; font-weight: 650; padding: 1px 7px; border-radius: 10px; background: var(--tone-soft); color: var(--tone); }
  @media print { button.cite { display: grid !important; } }
`;

/** A line of an export; pressing it shows the line in its place. */
export function citation(host: HTMLElement, cited: Citation, withFile: boolean): TemplateResult {
  const where = `${withFile ? `${cited.file}, ` : ""}line ${cited.line}`;
  return html`<button class="cite" title="Show this line in the export" @click=${() => emit(host, "line-show", cited)}>
    <span class="line">${where}</span><span class="text">${cited.text}</span>
  </button>`;
}

const EFFECT = { allows: ["covered", "lets through"], routes: ["undecided", "sends"], blocks: ["missing", "blocks"] } as const;

export function evidenceList(host: HTMLElement, evidence: readonly Evidence[], withFile: boolean) {
  if (evidence.length === 0) return nothing;
  return html`<ul class="evidence">
    ${evidence.map((item) => {
      const [tone, word] = EFFECT[item.effect];
      return html`<li class=${tone}>
        <span class="tag">${word}</span> <span class="wrap">${item.part}</span>
        ${item.rule ? html`<span class="muted wrap">by ${item.rule}</span>` : nothing}
        ${item.citation ? citation(host, item.citation, withFile) : nothing}
      </li>`;
    })}
  </ul>`;
}

export function reasonList(host: HTMLElement, reasons: readonly ReasonResult[], withFile: boolean) {
  if (reasons.length === 0) return nothing;
  return html`<div>
    <p class="label">Why it is undecided</p>
    <ul class="evidence">
      ${reasons.map((reason) => html`<li class="wrap">${withCode(reason.text)}${reason.citation ? citation(host, reason.citation, withFile) : nothing}</li>`)}
    </ul>
  </div>`;
}

/** A source's link, where it is one for the web: a user's own catalogue may hold anything. */
export function sourceLink({ title, url, date }: SourceRef): TemplateResult {
  const dated = date ? ` (${date})` : "";
  return url && /^https?:\/\//.test(url)
    ? html`<a href=${url} target="_blank" rel="noreferrer noopener">${title}</a>${dated}`
    : html`${title}${dated}`;
}

export function noteList(notes: readonly Note[]) {
  if (notes.length === 0) return nothing;
  return html`<ul class="evidence">
    ${notes.map(
      (note) => html`<li class="small wrap">${withCode(note.text)}
        ${note.sources.length > 0 ? html`<span class="muted">Source: ${note.sources.map((source, at) => [at > 0 ? "; " : "", sourceLink(source)])}</span>` : nothing}
      </li>`,
    )}
  </ul>`;
}

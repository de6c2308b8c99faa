import { css, html, LitElement, nothing } from "lit";
import type { Finding } from "../generated/Finding";
import type { Severity } from "../generated/Severity";
import { citation, citationStyles } from "./citations";
import { define } from "./emit";
import { base } from "./styles";
import { withCode } from "./with-code";

const WORDS: Record<Severity, string> = { error: "Error", warning: "Warning", note: "Note" };
const TONE: Record<Severity, string> = { error: "missing", warning: "partly", note: "unsupported" };
const ORDER: readonly Severity[] = ["error", "warning", "note"];
/** A finding may cite thousands of lines. */
const SHOWN = 5;

/** What else there is to say about the exports, the gravest first. */
export class FindingsPanel extends LitElement {
  static override styles = [
    base,
    citationStyles,
    css`
      ul { display: grid; gap: 14px; margin-top: 10px; }
      li { display: grid; grid-template-columns: 70px minmax(0, 1fr); gap: 4px 12px; font-size: 14px; }
      .tag { align-self: start; justify-self: start; margin-top: 1px; }
      @media (max-width: 520px) { li { grid-template-columns: minmax(0, 1fr); } }
    `,
  ];
  static override properties = { findings: { attribute: false }, withFile: { type: Boolean } };

  declare findings: readonly Finding[];
  declare withFile: boolean;

  override render() {
    if (this.findings.length === 0) return nothing;
    const findings = [...this.findings].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
    return html`
      <section class="card" aria-labelledby="title">
        <h2 id="title">Findings</h2>
        <ul>
          ${findings.map(
            (finding) => html`<li class=${TONE[finding.severity]}>
              <span class="tag">${WORDS[finding.severity]}</span>
              <div class="wrap">
                ${withCode(finding.message)} ${finding.hint ? html`<span class="muted">${withCode(finding.hint)}</span>` : nothing}
                ${finding.citations.slice(0, SHOWN).map((cited) => citation(this, cited, this.withFile))}
                ${finding.citations.length > SHOWN ? html`<p class="small muted">and ${finding.citations.length - SHOWN} more lines</p>` : nothing}
              </div>
            </li>`,
          )}
        </ul>
      </section>
    `;
  }
}

define("egress-check-findings", FindingsPanel);

import { css, html, LitElement, nothing } from "lit";
import type { CommunityResult } from "../generated/CommunityResult";
import type { NameResult } from "../generated/NameResult";
import type { RangeResult } from "../generated/RangeResult";
import type { RequirementResult } from "../generated/RequirementResult";
import type { Verdict } from "../generated/Verdict";
import { shape, WORD } from "../model/verdict";
import { citationStyles, evidenceList, noteList, reasonList, sourceLink } from "./citations";
import { define } from "./emit";
import { base, codeBlock } from "./styles";
import { withCode } from "./with-code";
import "./copy-button";

/** What stands behind one row: names, ranges, routes, each with the lines that decide. */
export class RequirementDetail extends LitElement {
  static override styles = [
    base,
    codeBlock,
    citationStyles,
    css`
      .parts { display: grid; gap: 18px; }
      .proof { display: grid; gap: 8px; padding-left: 12px; border-left: 3px solid var(--tone); min-width: 0; }
      .proof > .head { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; color: var(--tone); font-size: 14px; }
      .proof > .head strong { color: var(--text); font-family: var(--mono); font-size: 13.5px; font-weight: 600; }
      pre.code { max-height: 200px; }
      summary { cursor: pointer; font-size: 14px; font-weight: 550; color: var(--accent); }
      details[open] > summary { margin-bottom: 10px; }
      .sources { border-top: 1px solid var(--line); padding-top: 10px; }
      .label { margin: 0 0 2px; }
    `,
  ];
  static override properties = { requirement: { attribute: false }, ranges: { attribute: false }, withFile: { type: Boolean } };

  declare requirement: RequirementResult;
  /** All ranges of the report; the requirement names its own. */
  declare ranges: readonly RangeResult[];
  /** Whether lines are cited with their file's name. */
  declare withFile: boolean;

  override render() {
    const { names, ranges, communities, notes, sources } = this.requirement;
    const own = this.ranges.filter((range) => ranges?.parts.includes(range.id));
    return html`
      <div class="parts">
        ${names?.parts.map((part) => this.name(part))}
        ${names && own.length > 0 && ranges
          ? html`<details class=${ranges.verdict}>
              <summary>The same by address ranges: ${WORD[ranges.verdict].toLowerCase()}</summary>
              <div class="parts">${own.map((range) => this.range(range))}</div>
            </details>`
          : own.map((range) => this.range(range))}
        ${communities?.parts.map((part) => this.community(part))}
        ${noteList(notes)}
        ${sources.length > 0
          ? html`<p class="sources small muted">Required by: ${sources.map((source, at) => [at > 0 ? "; " : "", sourceLink(source)])}</p>`
          : nothing}
      </div>
    `;
  }

  private proof(verdict: Verdict, title: string, sentence: string, content: unknown) {
    return html`<div class="proof ${verdict}">
      <div class="head">${shape(verdict)}<strong class="wrap">${title}</strong><span>${WORD[verdict]}</span></div>
      <p class="small wrap">${withCode(sentence)}</p>
      ${content}
    </div>`;
  }

  private name(part: NameResult) {
    const { missingWitness: missing, undecidedWitness: undecided } = part;
    return this.proof(part.verdict, `${part.name}, port ${part.port}`, part.sentence, html`
      ${missing ? html`<p class="small">For example <code class="wrap">${missing}</code> is not let through.</p>` : nothing}
      ${undecided ? html`<p class="small">For example <code class="wrap">${undecided}</code> cannot be decided.</p>` : nothing}
      ${evidenceList(this, part.evidence, this.withFile)} ${reasonList(this, part.reasons, this.withFile)}
      ${part.otherReadings.map((other) => html`<p class="small">Other products read these entries differently.
        <strong>${WORD[other.verdict]}</strong> as read by: ${other.dialects.map((dialect) => dialect.title).join("; ")}.</p>`)}
      ${part.examples.length > 0 ? html`<p class="small muted wrap">Real hosts of this kind: ${part.examples.join(", ")}</p>` : nothing}
    `);
  }

  private range(range: RangeResult) {
    const title = `${range.label}, IPv${range.ip}, port ${range.port}`;
    return this.proof(range.verdict, title, range.sentence, html`
      ${this.prefixes("Not let through", range.missing, `missing ranges of ${range.label}`)}
      ${this.prefixes("Undecided", range.undecided, `undecided ranges of ${range.label}`)}
      ${evidenceList(this, range.evidence, this.withFile)} ${reasonList(this, range.reasons, this.withFile)}
    `);
  }

  private prefixes(title: string, prefixes: readonly string[], what: string) {
    if (prefixes.length === 0) return nothing;
    const text = prefixes.join("\n");
    return html`<div class="stack">
      <div class="row"><p class="label">${title}: ${prefixes.length.toLocaleString("en")} ${prefixes.length === 1 ? "prefix" : "prefixes"}</p>
        <egress-check-copy .text=${text} what=${what}></egress-check-copy></div>
      <pre class="code" tabindex="0" role="group" aria-label=${what}>${text}</pre>
    </div>`;
  }

  private community(part: CommunityResult) {
    const title = part.community ? `${part.label} (${part.community})` : part.label;
    return this.proof(part.verdict, title, part.sentence, html`
      ${evidenceList(this, part.evidence, this.withFile)} ${reasonList(this, part.reasons, this.withFile)}
    `);
  }
}

define("egress-check-detail", RequirementDetail);

import { css, html, LitElement, nothing } from "lit";
import type { Asked } from "../generated/Asked";
import type { Knowledge } from "../generated/Knowledge";
import type { Tool } from "../generated/Tool";
import { age, isOld } from "../model/age";
import { define } from "./emit";
import { base } from "./styles";

/** What the verdict rests on, and how old that is today. */
export class KnowledgePanel extends LitElement {
  static override styles = [
    base,
    css`
      dl { display: grid; grid-template-columns: 128px minmax(0, 1fr); gap: 6px 12px; margin-top: 10px; font-size: 14px; }
      dt { color: var(--muted); }
      .old { color: var(--partly); font-weight: 600; }
      @media (max-width: 480px) { dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: 8px; } }
    `,
  ];
  static override properties = { knowledge: { attribute: false }, asked: { attribute: false }, tool: { attribute: false } };

  declare knowledge: Knowledge;
  declare asked: Asked;
  declare tool: Tool;

  override render() {
    const { knowledge, asked, tool } = this;
    const { catalogue } = knowledge;
    return html`
      <section class="card" aria-labelledby="title">
        <h2 id="title">What the verdict rests on</h2>
        <dl>
          <dt>Asked</dt>
          <dd class="wrap">
            ${asked.scenarios.map(({ title }) => title).join("; ")}; ${asked.regions.length > 0 ? asked.regions.join(", ") : "all regions"};
            ${asked.source ? `from ${asked.source}` : "from any source"} 
            ${[asked.statedNote, asked.ipNote].map((note) => (note ? html`<br><span class="muted">${note}</span>` : nothing))}
          </dd>
          <dt>Azure ranges</dt>
          <dd class="wrap">${this.serviceTags()}</dd>
          <dt>Catalogue</dt>
          <dd class="wrap">version ${catalogue.version}, updated ${catalogue.updated}, ${catalogue.origin}</dd>
          <dt>Tool</dt>
          <dd>${tool.name} ${tool.version}</dd>
        </dl>
      </section>
    `;
  }

  private serviceTags() {
    const tags = this.knowledge.serviceTags;
    if (!tags) return "none loaded";
    const old = tags.date ? isOld(tags.date) : false;
    return html`${tags.origin}${tags.shipped ? " (comes with the page)" : ""}, ${tags.tags.toLocaleString("en")} tags${tags.date
      ? html`, of ${tags.date}, <span class=${old ? "old" : ""}>${age(tags.date)}</span>`
      : ", date not known"}
      ${old ? html`<br><span class="muted">Microsoft changes the ranges every week. Load the newest file above.</span>` : nothing}`;
  }
}

define("egress-check-knowledge", KnowledgePanel);

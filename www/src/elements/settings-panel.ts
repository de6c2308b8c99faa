import { css, html, LitElement, nothing } from "lit";
import type { Choices } from "../engine/protocol";
import type { FactInfo } from "../generated/FactInfo";
import type { FileInspection } from "../generated/FileInspection";
import type { ScenarioInfo } from "../generated/ScenarioInfo";
import type { Settings } from "../generated/Settings";
import { asCloud, CLOUDS } from "../model/clouds";
import { asAnswers, asCount } from "../model/fragment";
import { define, emit } from "./emit";
import { base } from "./styles";
import "./regions-picker";

/** What has to get through, and from where. */
export class SettingsPanel extends LitElement {
  static override styles = [
    base,
    css`
      .card { display: grid; gap: 14px; align-content: start; }
      .scenarios { max-height: 420px; overflow: auto; padding: 4px; border: 1px solid var(--line); border-radius: 6px; }
      .service { padding: 5px 8px 2px; font-size: 12.5px; color: var(--muted); }
      .scenario { display: flex; gap: 8px; padding: 5px 8px; border-radius: 6px; cursor: pointer; font-size: 14px; line-height: 1.4; }
      .scenario:hover { background: var(--raised); }
      legend { padding: 0; }
      .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; }
      summary { cursor: pointer; font-weight: 550; font-size: 14px; color: var(--accent); }
      details[open] > summary { margin-bottom: 10px; }
      .wrong { color: var(--missing); }
      textarea {
        width: 100%; padding: 5px 9px; resize: vertical; background: var(--surface); border: 1px solid var(--line-strong);
        border-radius: 6px; font: 13px/1.5 var(--mono);
      }
    `,
  ];
  static override properties = {
    settings: { attribute: false },
    choices: { attribute: false },
    inspections: { attribute: false },
    notACount: { state: true },
  };

  declare settings: Settings;
  declare choices: Choices | undefined;
  declare inspections: ReadonlyMap<number, FileInspection>;
  /** What stands in the field of prefixes and is no count, so that it is not in force. */
  declare notACount: string | undefined;

  override render() {
    const { settings, choices } = this;
    if (!choices) return html`<section class="card"><h2>What must get through</h2><p class="muted">Loading…</p></section>`;
    const shown = this.shown(choices);
    const chosen = this.chosen(choices, shown);
    const asked = new Set(shown.filter(({ id }) => chosen.includes(id)).flatMap((scenario) => scenario.facts));
    const facts = choices.catalogue.facts.filter(({ key }) => asked.has(key));
    return html`
      <section class="card" aria-labelledby="title">
        <h2 id="title">What must get through</h2>
        <div class="pair">
          ${this.select("Cloud", settings.cloud ?? "public", CLOUDS.map(({ id, title }) => [id, title]), (cloud) => this.toCloud(choices, cloud))}
          ${this.select("IP version", settings.ip, [["4", "IPv4"], ["6", "IPv6"], ["both", "Both"]], (ip) => ({ ip: ip as Settings["ip"] }))}
        </div>
        ${this.scenarios(shown, chosen)}
        <egress-check-regions .known=${choices.regions} .chosen=${settings.regions}></egress-check-regions>
        ${this.text("From (source address or prefix)", settings.source ?? "", "any source", (source) => ({ source: source || undefined }))}
        ${this.mostPrefixes()}
        ${this.vantages()} ${this.dialects()}
        ${facts.length > 0
          ? html`<details ?open=${Object.keys(settings.facts).length > 0}>
              <summary>Facts that change what is needed</summary>
              <div class="stack">${facts.map((fact) => this.fact(fact))}</div>
            </details>`
          : nothing}
        ${this.stated()}
      </section>
    `;
  }

  /** What no export tells, and PAC files and proxies decide by. */
  private stated() {
    const { dns, time } = this.settings;
    const lines = Object.entries(dns).map(([names, answer]) => `${names} = ${answer}`).join("\n");
    const take = (event: Event) => this.change({ dns: asAnswers((event.target as HTMLTextAreaElement).value) });
    return html`<details ?open=${lines !== "" || time !== undefined}>
      <summary>What DNS answers, and the time</summary>
      <div class="stack">
        <p class="small muted">PAC files and some proxies decide by them, and no export tells them. What you state here counts; the rest stays undecided.</p>
        <label><span class="label">What DNS answers</span>
          <textarea rows="3" .value=${lines} autocomplete="off" spellcheck="false"
            placeholder=${"a.example.com = 10.1.2.3\n*.blob.core.windows.net = public"} @change=${take}></textarea>
        </label>
        ${this.text("The client's clock", time ?? "", "2026-11-23T10:30 or 2026-11-23T10:30+01:00", (time) => ({ time: time || undefined }))}
      </div>
    </details>`;
  }

  /** The scenarios of the chosen cloud, and those of every cloud. */
  private shown({ catalogue }: Choices): ScenarioInfo[] {
    const cloud = this.settings.cloud ?? "public";
    return catalogue.scenarios.filter((scenario) => scenario.cloud === null || scenario.cloud === cloud);
  }

  private chosen({ catalogue }: Choices, shown: ScenarioInfo[]): string[] {
    const { scenarios } = this.settings;
    if (scenarios.length > 0) return scenarios;
    const usual = shown.find(({ id }) => id === catalogue.defaultScenario) ?? shown.find(({ cloud }) => cloud !== null);
    return usual ? [usual.id] : [];
  }

  /** Another cloud has other scenarios; those that stay possible stay chosen. */
  private toCloud({ catalogue }: Choices, cloud: string): Partial<Settings> {
    const fits = (id: string) => catalogue.scenarios.some((scenario) => scenario.id === id && (scenario.cloud ?? cloud) === cloud);
    return { cloud: asCloud(cloud), scenarios: this.settings.scenarios.filter(fits) };
  }

  private scenarios(shown: ScenarioInfo[], chosen: string[]) {
    const toggle = (scenario: ScenarioInfo, on: boolean) => {
      this.change({ scenarios: shown.map(({ id }) => id).filter((id) => (id === scenario.id ? on : chosen.includes(id))) });
    };
    return html`
      <fieldset>
        <legend class="label">Needed for</legend>
        <div class="scenarios" tabindex="0" role="group" aria-label="Scenarios">
          ${[...new Set(shown.map(({ service }) => service))].map(
            (service) => html`<p class="service">${service}</p>
              ${shown.filter((scenario) => scenario.service === service).map(
                (scenario) => html`<label class="scenario" title=${scenario.summary}>
                  <input type="checkbox" .checked=${chosen.includes(scenario.id)}
                    @change=${(event: Event) => toggle(scenario, (event.target as HTMLInputElement).checked)}>
                  <span>${scenario.title}</span>
                </label>`,
              )}`,
          )}
        </div>
      </fieldset>
    `;
  }

  /** Where the traffic passes the device: asked for only where an export has several places. */
  private vantages() {
    const vantages = [...new Set([...this.inspections.values()].flatMap((inspection) => inspection.vantages))];
    if (vantages.length < 2 && !this.settings.vantage) return nothing;
    const options = vantages.map((vantage): [string, string] => [vantage, vantage]);
    return this.select("Where the traffic passes", this.settings.vantage ?? "", [["", "anywhere (all must agree)"], ...options], (vantage) => ({
      vantage: vantage || undefined,
    }));
  }

  /** Which product reads the list, and what the list says: asked for only where the form leaves it open. */
  private dialects() {
    const dialects = new Map([...this.inspections.values()].flatMap(({ dialects }) => dialects.map(({ id, title }) => [id, title])));
    if (dialects.size < 2 && !this.settings.dialect && !this.settings.polarity) return nothing;
    const options: [string, string][] = [...dialects];
    return html`
      <div class="pair">
        ${this.select("Entries are read like", this.settings.dialect ?? "", [["", "not said"], ...options], (dialect) => ({ dialect: dialect || undefined }))}
        ${this.select("The list says", this.settings.polarity ?? "", [["", "not said"], ["allow", "what passes"], ["block", "what is blocked"]], (polarity) => ({
          polarity: (polarity || undefined) as Settings["polarity"],
        }))}
      </div>
    `;
  }

  private fact(fact: FactInfo) {
    const value = this.settings.facts[fact.key] ?? "";
    const set = (given: string): Partial<Settings> => {
      const { [fact.key]: _, ...others } = this.settings.facts;
      return { facts: given ? { ...others, [fact.key]: given } : others };
    };
    const values = fact.values.length > 0 ? fact.values : fact.kind === "boolean" ? ["true", "false"] : [];
    const words: Record<string, string> = { true: "yes", false: "no" };
    const field = values.length > 0
      ? this.select(fact.title, value, [["", "not known"], ...values.map((v): [string, string] => [v, words[v] ?? v])], set)
      : this.text(fact.title, value, "not known", set);
    return html`<div>${field}<p class="small muted">${fact.help}</p></div>`;
  }

  /** What is no count stays in the field, with a message, and is not in force. */
  private mostPrefixes() {
    const count = this.settings.maxPrefixes?.toString();
    const { notACount } = this;
    const wrong = count === undefined && notACount !== undefined;
    const take = (event: Event) => {
      const given = (event.target as HTMLInputElement).value.trim();
      const maxPrefixes = asCount(given);
      this.notACount = given !== "" && maxPrefixes === undefined ? given : undefined;
      this.change({ maxPrefixes });
    };
    return html`<div>
      <label><span class="label">Most prefixes to add</span>
        <input type="text" .value=${count ?? notACount ?? ""} placeholder="as many as are exact"
          inputmode="numeric" autocomplete="off" spellcheck="false"
          aria-invalid=${wrong} aria-describedby=${wrong ? "not-a-count" : nothing} @change=${take}>
      </label>
      <p id="not-a-count" class="small wrong" role="alert" ?hidden=${!wrong}>
        ${wrong ? `“${notACount}” is not in force: give a whole number from 1 to 999999999, or nothing.` : nothing}
      </p>
    </div>`;
  }

  private select(label: string, value: string, options: [string, string][], change: (value: string) => Partial<Settings>) {
    return html`<label><span class="label">${label}</span>
      <select @change=${(event: Event) => this.change(change((event.target as HTMLSelectElement).value))}>
        ${options.map(([id, title]) => html`<option value=${id} ?selected=${id === value}>${title}</option>`)}
      </select>
    </label>`;
  }

  private text(label: string, value: string, placeholder: string, change: (value: string) => Partial<Settings>) {
    return html`<label><span class="label">${label}</span>
      <input type="text" .value=${value} placeholder=${placeholder} autocomplete="off" spellcheck="false"
        @change=${(event: Event) => this.change(change((event.target as HTMLInputElement).value.trim()))}>
    </label>`;
  }

  private change(change: Partial<Settings>) {
    emit(this, "settings-change", change);
  }
}

define("egress-check-settings", SettingsPanel);

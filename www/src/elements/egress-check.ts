import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { type Assets } from "../engine/assets";
import { EngineClient } from "../engine/client";
import type { Output } from "../engine/protocol";
import type { Citation } from "../generated/Citation";
import type { Settings } from "../generated/Settings";
import type { UserFile } from "../model/files";
import { fromFragment, toFragment } from "../model/fragment";
import { save } from "../model/save";
import { State } from "../state";
import { define } from "./emit";
import { InputPanel } from "./input-panel";
import { base } from "./styles";
import { tokens } from "./tokens";
import "./about-dialog";
import "./data-panel";
import "./results-panel";
import "./settings-panel";
import "./status-line";

const SAVED_AS: Record<Output, [name: string, type: string]> = {
  json: ["egress-check.json", "application/json"],
  csv: ["egress-check.csv", "text/csv"],
  markdown: ["egress-check.md", "text/markdown"],
};

/** The whole of Egress Check as one element. */
class EgressCheck extends LitElement {
  static override styles = [
    tokens,
    base,
    css`
      :host { background: var(--page); container-type: inline-size; text-align: left; }
      /* Whatever the embedding page's style says about everything ends here. */
      .page { all: initial; box-sizing: border-box; color-scheme: light dark; font: 15px/1.5 var(--sans); color: var(--text); }
      .page { max-width: 1180px; margin: 0 auto; padding: 24px 24px 40px; display: grid; gap: 16px; }
      header { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; }
      header .title { font-size: 21px; font-weight: 700; letter-spacing: -0.01em; margin: 0; line-height: 1.2; }
      header p:not(.title) { color: var(--muted); }
      .private { font-size: 13px; color: var(--muted); display: flex; gap: 6px; align-items: center; }
      .private svg { flex: none; }
      .inputs { display: grid; grid-template: auto 1fr / minmax(0, 1fr) 372px; gap: 16px; align-items: start; }
      .inputs > egress-check-settings { grid-area: 1 / 2 / span 2; }
      footer { display: flex; flex-wrap: wrap; gap: 8px 16px; justify-content: space-between; align-items: center; }
      @container (max-width: 880px) {
        .inputs { grid-template: none / minmax(0, 1fr); }
        .inputs > egress-check-settings { grid-area: auto; }
      }
      @container (max-width: 640px) { .page { padding: 16px 12px 32px; gap: 12px; } }
      @media print { :host { background: none; } .page { padding: 0; } .inputs { display: block; } }
    `,
  ];
  static override properties = { settingsInAddress: { type: Boolean, attribute: "settings-in-address" } };

  /** Given once, when the element is defined. */
  static assets: Assets;

  /** Whether the settings are kept in the page's address, after `#`. An embedding page may need that for itself. */
  declare settingsInAddress: boolean;

  private readonly state = new State(this, new EngineClient(EgressCheck.assets), (settings) => this.keep(settings));

  constructor() {
    super();
    this.settingsInAddress = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.settingsInAddress) this.state.settings = fromFragment(location.hash);
  }

  override render() {
    const { state } = this;
    return html`
      <div class="page" @files-added=${this.on<File[]>((files) => state.add(files))}
        @file-edit=${this.on<{ id: number; text: string }>(({ id, text }) => state.edit(id, text))}
        @file-change=${this.on<{ id: number; change: Partial<UserFile> }>(({ id, change }) => state.change(id, change))}
        @file-remove=${this.on<number>((id) => state.remove(id))}
        @paste-more=${() => state.addEmpty()} @example=${this.example}
        @settings-change=${this.on<Partial<Settings>>((change) => state.set(change))}
        @service-tags-file=${this.on<File>((file) => state.loadServiceTags(file))}
        @catalogue-file=${this.on<File>((file) => state.loadCatalogue(file))} @own-data-forget=${() => state.forgetOwnData()}
        @cancel=${() => state.cancel()} @check=${() => state.check()}
        @save=${this.on<Output>((output) => this.save(output))}
        @line-show=${this.on<Citation>(({ file, line }) => this.showLine(file, line))}>
        <header>
          <p class="title" role="heading" aria-level="1">Egress Check</p>
          <p>See which Azure endpoints your firewall or proxy does not let through, why, and what to add.</p>
        </header>
        <div class="inputs">
          <egress-check-input .files=${state.files} .inspections=${state.inspections} .refusals=${state.refusals}
            .formats=${state.choices?.formats ?? []}></egress-check-input>
          <egress-check-settings class="no-print" .settings=${state.settings} .choices=${state.choices}
            .inspections=${state.inspections}></egress-check-settings>
          <egress-check-data class="no-print" .cloud=${state.settings.cloud ?? "public"} .serviceTags=${state.ownServiceTags}
            .catalogue=${state.ownCatalogue}></egress-check-data>
        </div>
        <egress-check-status .busy=${state.busy} .failure=${state.failure ?? state.notRead} ?cancelled=${state.cancelled}></egress-check-status>
        ${state.report ? html`<egress-check-results .report=${state.report}></egress-check-results>` : nothing}
        <footer>
          <span class="private">
            <svg width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor" stroke-width="1.4" aria-hidden="true"><rect x="2" y="6" width="10" height="7" rx="1.5"/><path d="M4.2 6V4.2a2.8 2.8 0 0 1 5.6 0V6"/></svg>
            Everything runs in this browser. Nothing you paste leaves this page.
          </span>
          <egress-check-about class="no-print"></egress-check-about>
        </footer>
      </div>
    `;
  }

  private on<T>(act: (detail: T) => unknown) {
    return (event: CustomEvent<T>) => void act(event.detail);
  }

  private example = async () => {
    await this.state.example();
    await this.updateComplete;
    this.renderRoot.querySelector("egress-check-results")?.showHeadline();
  };

  private async save(output: Output): Promise<void> {
    const text = await this.state.render(output);
    if (text !== undefined) save(...SAVED_AS[output], text);
  }

  private showLine(file: string, line: number) {
    const input = this.renderRoot.querySelector("egress-check-input");
    if (input instanceof InputPanel) return input.show(file, line);
  }

  /** Settings go into the address; what was pasted never does. */
  private keep(settings: Settings): void {
    if (!this.settingsInAddress) return;
    const fragment = toFragment(settings);
    history.replaceState(history.state, "", fragment ? `#${fragment}` : location.pathname + location.search);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    this.toggleAttribute("busy", this.state.busy !== "");
  }
}

/** Defines `<egress-check>`; the assets say where its module and its data come from. */
export function defineEgressCheck(assets: Assets): void {
  EgressCheck.assets = assets;
  define("egress-check", EgressCheck);
}

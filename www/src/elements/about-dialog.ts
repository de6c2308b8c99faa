import { css, html, LitElement, nothing } from "lit";
import { licenceNotices } from "../engine/assets";
import { define } from "./emit";
import { base, codeBlock } from "./styles";

/** What this is, what it does not do, and the licences of its parts. */
export class AboutDialog extends LitElement {
  static override styles = [
    base,
    codeBlock,
    css`
      dialog {
        width: min(760px, calc(100vw - 24px)); max-height: calc(100vh - 48px); padding: 20px; border: 1px solid var(--line);
        border-radius: 10px; background: var(--surface); color: var(--text);
      }
      dialog::backdrop { background: rgb(10 15 22 / 0.55); }
      dialog[open] { display: grid; gap: 12px; }
      pre.code { white-space: pre-wrap; max-height: 46vh; font-size: 12px; }
    `,
  ];
  static override properties = { notices: { state: true } };

  declare notices: string;

  constructor() {
    super();
    this.notices = "";
  }

  override render() {
    return html`
      <button class="quiet" @click=${this.show}>About and licences</button>
      <dialog aria-labelledby="title">
        <h2 id="title">Egress Check</h2>
        <p>Everything runs in this browser. Nothing that you paste leaves the page. The tool asks no server, no name service and
          nobody at Microsoft.</p>
        <p>It reads what your export says. It does not test the network, and it cannot see devices whose export you did not paste.</p>
        <p class="muted small">Licence: MIT or Apache-2.0. The parts inside:</p>
        ${this.notices ? html`<pre class="code" tabindex="0" role="group" aria-label="Licence notices">${this.notices}</pre>` : nothing}
        <div><button @click=${() => this.dialog?.close()}>Close</button></div>
      </dialog>
    `;
  }

  private get dialog() {
    return this.renderRoot.querySelector("dialog");
  }

  private show = async () => {
    this.dialog?.showModal();
    this.notices ||= await licenceNotices();
  };
}

define("egress-check-about", AboutDialog);

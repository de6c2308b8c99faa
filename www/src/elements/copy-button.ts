import { html, LitElement } from "lit";
import { copy } from "../model/clipboard";
import { define } from "./emit";
import { base } from "./styles";

/** Copies a text and says whether that worked. */
export class CopyButton extends LitElement {
  static override styles = [base];
  static override properties = { text: {}, label: {}, what: {}, said: { state: true } };

  declare text: string;
  declare label: string;
  /** What is copied, for those who do not see what stands beside the button. */
  declare what: string;
  declare said: string;

  constructor() {
    super();
    this.text = this.what = this.said = "";
    this.label = "Copy";
  }

  override render() {
    return html`
      <button @click=${this.act} aria-label=${this.what ? `${this.label} ${this.what}` : this.label}>
        ${this.said || this.label}
      </button>
      <span class="hidden-visually" role="status">${this.said}</span>
    `;
  }

  private act = async () => {
    this.said = (await copy(this.text)) ? "Copied" : "Copying failed: select the text";
    setTimeout(() => (this.said = ""), 2500);
  };
}

define("egress-check-copy", CopyButton);

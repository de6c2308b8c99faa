import { svg, type TemplateResult } from "lit";
import type { Verdict } from "../generated/Verdict";

export const WORD: Record<Verdict, string> = {
  covered: "Covered",
  partly: "Partly",
  missing: "Missing",
  undecided: "Undecided",
  unsupported: "Cannot say",
};

export const MEANING: Record<Verdict, string> = {
  covered: "All of it is let through.",
  partly: "A part is let through, a part is blocked.",
  missing: "None of it is let through.",
  undecided: "The export does not tell.",
  unsupported: "This kind of export has no rules for such a destination.",
};

/** The worst first: the order in which a reader wants to hear of them. */
export const ORDER: readonly Verdict[] = ["missing", "partly", "undecided", "unsupported", "covered"];

/** A shape of its own for each verdict, so that colour is never the only sign. */
const SHAPE: Record<Verdict, TemplateResult> = {
  covered: svg`<circle class="fill" cx="10" cy="10" r="9"/><path class="cut" d="m5.8 10.4 2.8 2.8 5.6-6"/>`,
  partly: svg`<circle class="line" cx="10" cy="10" r="8"/><path class="fill" d="M10 2a8 8 0 0 1 0 16z"/>`,
  missing: svg`<path class="fill" d="M6.2 1h7.6L19 6.2v7.6L13.8 19H6.2L1 13.8V6.2z"/><path class="cut" d="m6.8 6.8 6.4 6.4m0-6.4-6.4 6.4"/>`,
  undecided: svg`<path class="line" d="m10 1.4 8.6 8.6-8.6 8.6L1.4 10z"/><path class="stroke" d="M7.9 8.2a2.1 2.1 0 1 1 2.9 2c-.6.3-.8.6-.8 1.2"/><circle class="fill" cx="10" cy="13.6" r="1.1"/>`,
  unsupported: svg`<circle class="dash" cx="10" cy="10" r="8"/><path class="stroke" d="M6.4 10h7.2"/>`,
};

export function shape(verdict: Verdict): TemplateResult {
  return svg`<svg class="shape" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">${SHAPE[verdict]}</svg>`;
}

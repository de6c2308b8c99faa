import { css } from "lit";

/** What every part of the page shares: type, controls, cards. */
export const base = css`
  :host { display: block; font: 15px/1.5 var(--sans); color: var(--text); }
  :host([hidden]), [hidden] { display: none !important; }
  *, *::before, *::after { box-sizing: border-box; }
  h2, h3, h4, p, ul, dl, dd, pre, fieldset { margin: 0; padding: 0; border: 0; }
  h2 { font-size: 17px; line-height: 1.3; font-weight: 650; }
  h3 { font-size: 14px; line-height: 1.4; font-weight: 650; }
  ul { list-style: none; }
  a { color: var(--accent); text-underline-offset: 2px; }
  code, pre, .mono { font-family: var(--mono); font-size: 13px; }
  p code, li code, dd code { background: var(--raised); padding: 1px 4px; border-radius: 4px; color: var(--text); }
  .muted { color: var(--muted); }
  .small { font-size: 13px; }
  .wrap { overflow-wrap: anywhere; }
  .stack { display: grid; gap: 12px; min-width: 0; }
  .row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
  .card { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: 16px; min-width: 0; }
  .hidden-visually {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }

  button, select, input, textarea { font: inherit; color: inherit; }
  button, .button {
    display: inline-flex; align-items: center; gap: 6px; min-height: 34px; padding: 5px 12px; cursor: pointer;
    background: var(--surface); color: var(--text); border: 1px solid var(--line-strong); border-radius: 6px;
    font-size: 14px; font-weight: 550; line-height: 1.3; text-decoration: none;
  }
  button:hover, .button:hover { background: var(--raised); }
  button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-text); }
  button.primary:hover { filter: brightness(1.08); }
  button.quiet { border-color: transparent; background: none; color: var(--accent); padding: 5px 8px; }
  button.quiet:hover { background: var(--accent-soft); }
  button:disabled { opacity: 0.55; cursor: default; }
  select, input:not([type="checkbox"]):not([type="file"]) {
    min-height: 34px; width: 100%; padding: 5px 9px; background: var(--surface); border: 1px solid var(--line-strong);
    border-radius: 6px; font-size: 14px; min-width: 0;
  }
  input[type="checkbox"] { accent-color: var(--accent); width: 16px; height: 16px; margin: 3px 0 0; flex: none; }
  label { display: block; }
  .label { display: block; font-size: 13px; font-weight: 600; margin-bottom: 4px; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  ::placeholder { color: var(--muted); opacity: 1; }

  .shape { flex: none; }
  .shape .fill { fill: currentColor; }
  .shape .line { fill: none; stroke: currentColor; stroke-width: 1.8; }
  .shape .dash { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-dasharray: 3 2.2; }
  .shape .stroke { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; }
  .shape .cut { fill: none; stroke: var(--surface); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
  .covered { --tone: var(--covered); --tone-soft: var(--covered-soft); }
  .partly { --tone: var(--partly); --tone-soft: var(--partly-soft); }
  .missing { --tone: var(--missing); --tone-soft: var(--missing-soft); }
  .undecided { --tone: var(--undecided); --tone-soft: var(--undecided-soft); }
  .unsupported { --tone: var(--unsupported); --tone-soft: var(--unsupported-soft); }

  @media print {
    .card { border-color: #999; break-inside: avoid; }
    button, .no-print { display: none !important; }
  }
`;

/** A text to read and copy. */
export const codeBlock = css`
  pre.code {
    max-height: 320px; overflow: auto; padding: 10px 12px; background: var(--raised); border: 1px solid var(--line);
    border-radius: 6px; line-height: 1.55; white-space: pre; tab-size: 4;
  }
  @media print { pre.code { max-height: none; white-space: pre-wrap; } }
`;

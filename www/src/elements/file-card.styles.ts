import { css } from "lit";

export const fileCardStyles = css`
  .file { display: grid; gap: 8px; min-width: 0; }
  header .name { font-size: 14px; }
  .spacer { flex: 1; }
  .editor {
    display: grid; grid-template-columns: auto minmax(0, 1fr); background: var(--surface); overflow: hidden;
    border: 1px solid var(--line-strong); border-radius: 6px;
  }
  .editor:focus-within { outline: 2px solid var(--accent); outline-offset: 1px; }
  .empty .editor { border-style: dashed; border-width: 1.5px; }
  .gutter {
    overflow: hidden; padding: 10px 8px; min-width: 36px; height: 0; min-height: 100%; text-align: right; color: var(--muted);
    background: var(--raised); border-right: 1px solid var(--line); user-select: none; line-height: 20px; font-size: 12.5px;
  }
  .empty .gutter { display: none; }
  .empty .editor { grid-template-columns: minmax(0, 1fr); }
  textarea {
    display: block; width: 100%; min-height: 120px; max-height: 60vh; padding: 10px 12px; border: 0; outline: 0; resize: vertical;
    background: none; font-family: var(--mono); font-size: 12.5px; line-height: 20px; tab-size: 4;
  }
  .empty textarea::placeholder { font-family: var(--sans); font-size: 15px; white-space: normal; }
  .about { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px 12px; }
  .why { grid-column: 1 / -1; }
  .warning { color: var(--partly); }
  .error { color: var(--missing); }
  .note { color: var(--muted); }
  .refusal {
    padding: 10px 12px; border-radius: 6px; background: var(--missing-soft); border-left: 3px solid var(--missing);
  }
  @media (max-width: 480px) { .about { grid-template-columns: minmax(0, 1fr); } }
  /* Verdicts cite any line: the numbers stand at full height, and the text stretches to theirs. */
  @media print {
    .editor, .gutter { overflow: visible; }
    .gutter { height: auto; }
    textarea { height: 100% !important; max-height: none; resize: none; overflow: hidden; }
    .about { display: none; }
  }
`;

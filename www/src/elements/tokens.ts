import { css } from "lit";

/** Colours and measures; they are set on the outer element and reach the inner ones by inheritance. */
export const tokens = css`
  :host {
    color-scheme: light dark;
    --page: #f5f6f8;
    --surface: #ffffff;
    --raised: #f0f2f5;
    --line: #d8dde4;
    --line-strong: #8b95a5;
    --text: #1a2230;
    --muted: #556072;
    --accent: #0b5cad;
    --accent-text: #ffffff;
    --accent-soft: #e8f1fb;
    --covered: #17703f;
    --covered-soft: #e6f4ec;
    --partly: #8a5200;
    --partly-soft: #fdf1dc;
    --missing: #b0241b;
    --missing-soft: #fdebe9;
    --undecided: #5843b0;
    --undecided-soft: #efecfb;
    --unsupported: #556072;
    --unsupported-soft: #eceff3;
    --radius: 8px;
    --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
    --mono: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  }
  @media screen and (prefers-color-scheme: dark) {
    :host {
      --page: #0f1318;
      --surface: #171c23;
      --raised: #1f2630;
      --line: #2d3642;
      --line-strong: #77849a;
      --text: #e6eaf0;
      --muted: #a4afbf;
      --accent: #79b8f7;
      --accent-text: #0c1a2b;
      --accent-soft: #17293d;
      --covered: #63cf95;
      --covered-soft: #14301f;
      --partly: #f0b65c;
      --partly-soft: #35280f;
      --missing: #ff938a;
      --missing-soft: #3a1a18;
      --undecided: #b8acff;
      --undecided-soft: #27224a;
      --unsupported: #a4afbf;
      --unsupported-soft: #262d37;
    }
  }
`;

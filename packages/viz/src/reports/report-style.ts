/** The style sheet of a report. Colours come from variables, so that dark screens and paper change only these. */
export const reportStyle: string = `
:root {
  color-scheme: light dark;
  --page: #fdfdfc; --ink: #1c2127; --soft: #5a636e; --line: #dfe2e6; --card: #f4f5f5;
  --accent: #2679c4; --good: #0b6e55; --bad: #b0470a;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", Georgia, "DejaVu Serif", serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #14171b; --ink: #e4e7ea; --soft: #98a1ac; --line: #2d333b; --card: #1d2127; --good: #4cc3a0; --bad: #f0914f; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; padding: clamp(1.5rem, 5vw, 4rem) clamp(1rem, 4vw, 2.5rem); max-width: 70rem; background: var(--page); color: var(--ink); font: 1rem/1.6 var(--sans); overflow-wrap: break-word; }
h1, h2 { font-family: var(--serif); font-weight: 600; line-height: 1.2; text-wrap: balance; letter-spacing: -0.01em; }
h1 { margin: 0; font-size: clamp(1.75rem, 1.3rem + 2.2vw, 2.6rem); }
h2 { margin: 0 0 .6rem; font-size: 1.4rem; }
p { margin: 0 0 1rem; max-width: 44rem; text-wrap: pretty; }
.summary { margin: 1rem 0 0; font-size: 1.2rem; line-height: 1.5; }
section { margin-top: clamp(2.5rem, 6vw, 4rem); }
code { font: .9em var(--mono); background: var(--card); padding: .1em .3em; border-radius: .25em; }
figure { margin: 0; min-width: 0; }
section > figure, section > .charts { margin-top: 1.25rem; }
figure + figure, figure + .charts, .charts + figure { margin-top: 2.25rem; }
.charts > figure + figure, .images > figure + figure { margin-top: 0; }
figcaption { color: var(--soft); font-size: .875rem; line-height: 1.5; }
section > figure > figcaption, .charts figcaption { margin-top: .6rem; max-width: 44rem; }

.scroll {
  overflow-x: auto;
  background: linear-gradient(to right, var(--page) 40%, transparent) left / 2.5rem 100%, linear-gradient(to left, var(--page) 40%, transparent) right / 2.5rem 100%,
    linear-gradient(to right, var(--line), transparent) left / .9rem 100%, linear-gradient(to left, var(--line), transparent) right / .9rem 100%;
  background-repeat: no-repeat;
  background-attachment: local, local, scroll, scroll;
}
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .875rem; padding-bottom: .5rem; }
th, td { padding: .65rem 0 .65rem 1.5rem; text-align: left; vertical-align: top; }
th:first-child { padding-left: 0; }
thead th, thead td { border-bottom: 1.5px solid var(--ink); font-size: .875rem; font-weight: 600; line-height: 1.35; vertical-align: bottom; }
tbody th, tbody td { border-bottom: 1px solid var(--line); }
tbody th { font-weight: 600; white-space: nowrap; }
table.compact { width: auto; min-width: min(100%, 24rem); }
table .right { text-align: right; }
table small { display: block; color: var(--soft); font-size: .78rem; font-weight: 400; white-space: nowrap; }
thead button { all: unset; cursor: pointer; }
thead button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
thead button::after { content: " ↕"; color: var(--soft); font-weight: 400; }
th[aria-sort="ascending"] button::after { content: " ↑"; color: inherit; }
th[aria-sort="descending"] button::after { content: " ↓"; color: inherit; }
td.good { color: var(--good); font-weight: 600; }
td.bad { color: var(--bad); font-weight: 600; }
.bar { display: block; width: 6rem; max-width: 100%; height: 3px; margin: .4rem 0 0; background: var(--line); }
.right > .bar { margin-left: auto; }
.bar > span { display: block; height: 100%; background: currentColor; opacity: .75; }

@media (max-width: 40rem) {
  table { font-size: .925rem; }
  th, td { padding-left: 1rem; }
  tbody th { white-space: normal; min-width: 6.5rem; }
  .bar { width: 4.5rem; }
}

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 2rem 2.5rem; }
.chart svg { display: block; width: 100%; height: auto; }

.image-grid { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--card-width, 19rem)), 1fr)); gap: 12px; }
.image-grid li { background: var(--card); border-radius: .5rem; padding: 12px; break-inside: avoid; }
.image-grid h3 { margin: 0 0 .5rem; font-size: .9rem; font-weight: 600; }
.images { display: flex; gap: 8px; }
.images figure { flex: 1 1 0; }
.images .title { display: block; color: var(--soft); font-size: .75rem; line-height: 1.3; margin-bottom: .3rem; }
.images img { display: block; max-width: 100%; height: auto; border-radius: 2px; }
.images figcaption { margin-top: .35rem; font-size: .75rem; line-height: 1.35; }
figcaption.good { color: var(--good); }
figcaption.bad { color: var(--bad); }

footer { margin-top: clamp(3rem, 7vw, 5rem); padding-top: 1.5rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
footer h2 { font-size: 1rem; color: var(--ink); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: .5rem 2rem; margin: 0 0 1.5rem; }
dt { font-size: .75rem; }
dd { margin: 0; color: var(--ink); font: .82rem/1.45 var(--mono); overflow-wrap: anywhere; }
dl .wide { grid-column: 1 / -1; }
pre { margin: 0; font: inherit; white-space: pre-wrap; columns: 20rem; }

details { margin-top: .5rem; }
summary { cursor: pointer; font-weight: 600; color: var(--ink); padding: .35rem 0; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
details > figure:first-of-type, details > dl { margin-top: .75rem; }
.notes { margin: 0; padding-left: 1.2rem; max-width: 44rem; }
.notes li { margin-bottom: .5rem; }
.notes .good { color: var(--good); }
.notes .bad { color: var(--bad); }
.small { display: flex; flex-wrap: wrap; gap: 1.5rem clamp(.5rem, 6vw, 5rem); }
figure.html > svg { display: block; max-width: 100%; height: auto; }

@media print {
  :root { color-scheme: light; --page: #fff; --ink: #000; --soft: #444; --line: #ccc; --card: #f4f4f4; --good: #0b6e55; --bad: #b0470a; }
  body { padding: 0; font-size: 10.5pt; }
  section { margin-top: 1.5rem; }
  figure, li, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; background: none; }
  thead button::after { content: none !important; }
  table, thead th, thead td { font-size: 8.5pt; }
  table small { font-size: 7.5pt; }
  th, td { padding: .4rem 0 .4rem .7rem; overflow-wrap: anywhere; }
  tbody th { white-space: normal; }
  .bar { width: 4rem; }
  .charts { grid-template-columns: 1fr 1fr; gap: 1.5rem; }
  .chart div { min-width: 0 !important; }
  .bar, .bar > span, .image-grid li { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

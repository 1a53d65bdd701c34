import { reportStyle } from "./report-style.ts";
import { SORT_SCRIPT, SORT_SCRIPT_HASH } from "./sort-script.ts";
import type { TableData, Tone } from "../tables/table-data.ts";
import { typeset, typesetWithCode } from "../text/typeset.ts";
import { escapeHtml } from "../text/escape-html.ts";
import { imageGrid, type ImageGridData } from "../images/image-grid.ts";
import { table } from "../tables/table.ts";

/**
 * One piece of a section. Charts that follow each other stand side by side where there is room.
 *
 * - `table` and `images` are data and made safe here;
 * - `svg` is a picture of {@link renderSvg}, put into the page as it is;
 * - `html` is put into the page as it is: escape foreign texts in it with {@link escapeHtml};
 * - `notes` is a list of sentences, each of which may begin with a mark;
 * - `text` is plain text: an empty line begins a paragraph, `` `backticks` `` enclose code;
 * - `folded` is a line of text that opens the blocks below it.
 */
export type ReportBlock =
  | { readonly table: TableData; readonly caption?: string }
  | { readonly svg: string; readonly caption?: string }
  | { readonly images: ImageGridData; readonly caption?: string }
  | { readonly html: string; readonly caption?: string }
  | { readonly notes: readonly ReportNote[] }
  | { readonly text: string }
  | { readonly folded: string; readonly blocks: readonly ReportBlock[] };

/** A sentence of a list of notes. */
export interface ReportNote {
  /** Plain text, as in a `text` block. */
  readonly text: string;
  /** A few words before it, coloured by their tone. */
  readonly mark?: string;
  /** @defaultValue `"neutral"` */
  readonly tone?: Tone;
}

/** A part of the page under its own heading. */
export interface ReportSection {
  readonly heading: string;
  /** Plain text, as in a `text` block. */
  readonly intro?: string;
  readonly blocks: readonly ReportBlock[];
}

/** What {@link htmlReport} puts on the page. */
export interface HtmlReportData {
  readonly title: string;
  /** One sentence: what the page shows. */
  readonly summary: string;
  readonly sections: readonly ReportSection[];
  /** The settings that all of it follows from, shown at the end. */
  readonly generatedFrom: Readonly<Record<string, unknown>>;
  /**
   * Whether the settings stay hidden until they are asked for.
   *
   * @defaultValue `false`
   */
  readonly foldSettings?: boolean;
  /** Plain text, as in a `text` block. */
  readonly footer?: string;
  /**
   * Seconds after which a browser reads the file again, for a page that is written anew while work goes on.
   *
   * @defaultValue never
   */
  readonly refresh?: number;
}

/**
 * One HTML file that holds everything it needs: style sheet, charts, images. It asks for no network and forbids it to the
 * browser, and scripts too, except for the few lines that sort a table that is `sortable`; without them it is the same page,
 * unsorted. It suits light and dark screens, phones and paper.
 *
 * @returns the text of the file
 * @throws TypeError when a table or an image grid cannot be drawn, or an `svg` block is no SVG
 */
export function htmlReport(data: HtmlReportData): string {
  const { title, summary, sections, generatedFrom, foldSettings = false, footer, refresh } = data;
  const body = sections.map(section).join("\n");
  const script = body.includes(`<table class="sortable`) ? `<script>${SORT_SCRIPT}</script>\n` : "";
  const scripts = script === "" ? "" : `script-src '${SORT_SCRIPT_HASH}'; `;
  const policy = `default-src 'none'; ${scripts}img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${policy}"/>
${refresh === undefined ? "" : `<meta http-equiv="refresh" content="${refresh}"/>\n`}<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>${escapeHtml(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<h1>${typeset(title)}</h1>
<p class="summary">${typesetWithCode(summary)}</p>
</header>
<main>
${body}
</main>
<footer>
${settings(generatedFrom, foldSettings)}
${footer === undefined ? "" : paragraphs(footer)}
</footer>
${script}</body>
</html>
`;
}

function section({ heading, intro, blocks }: ReportSection): string {
  return `<section>
<h2>${typeset(heading)}</h2>
${intro === undefined ? "" : paragraphs(intro)}
${inside(blocks)}
</section>`;
}

/** The blocks one below the other; charts that follow each other stand side by side. */
function inside(blocks: readonly ReportBlock[]): string {
  const parts: string[] = [];
  for (let i = 0; i < blocks.length; i++) {
    let run = i;
    while (run < blocks.length && "svg" in blocks[run]!) run++;
    if (run > i + 1) {
      parts.push(`<div class="charts">\n${blocks.slice(i, run).map(block).join("\n")}\n</div>`);
      i = run - 1;
    } else parts.push(block(blocks[i]!));
  }
  return parts.join("\n");
}

function block(content: ReportBlock): string {
  if ("text" in content) return paragraphs(content.text);
  if ("notes" in content) {
    return figure("html", `<ul class="notes">${content.notes.map(note).join("")}</ul>`, undefined);
  }
  if ("folded" in content) return fold(typeset(content.folded), inside(content.blocks));
  if ("table" in content)
    return figure("table", scrolling(content.caption ?? "Table", table(content.table)), content.caption);
  if ("images" in content) return figure("grid", imageGrid(content.images), content.caption);
  if ("html" in content) return figure("html", content.html, content.caption);
  if (!/^\s*<svg\s/.test(content.svg)) {
    throw new TypeError(
      `An svg block starts with ${JSON.stringify(content.svg.slice(0, 40))}. Expected the text that renderSvg returns.`,
    );
  }
  return figure("chart", chart(content.svg), content.caption);
}

function note({ text, mark, tone = "neutral" }: ReportNote): string {
  const words = mark === undefined ? "" : `<b class="${tone}">${typeset(mark)}</b> `;
  return `<li>${words}${typesetWithCode(text)}</li>`;
}

/** A chart keeps near its own size, so that its texts match the page; a wide one scrolls on a phone. */
function chart(svg: string): string {
  const width = Number(/\swidth="(\d+)"/.exec(svg)?.[1] ?? 500);
  const most = `max-width:${Math.round(1.15 * width)}px`;
  const least = Math.round(0.65 * width);
  // A small phone has 350 pixels for the page's contents.
  if (least <= 350) return `<div style="${most}">${svg}</div>`;
  return scrolling("Chart", `<div style="min-width:${least}px;${most}">${svg}</div>`);
}

/** Only wide contents scroll, never the page; what scrolls must be reachable by keyboard. */
function scrolling(label: string, inner: string): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(label)}">${inner}</div>`;
}

function figure(kind: string, inner: string, caption: string | undefined): string {
  const words = caption === undefined ? "" : `\n<figcaption>${typesetWithCode(caption)}</figcaption>`;
  return `<figure class="${kind}">\n${inner}${words}\n</figure>`;
}

function paragraphs(text: string): string {
  return text
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== "")
    .map((part) => `<p>${typesetWithCode(part.trim())}</p>`)
    .join("\n");
}

function fold(summary: string, inner: string): string {
  return `<details>\n<summary>${summary}</summary>\n${inner}\n</details>`;
}

function settings(values: Readonly<Record<string, unknown>>, folded: boolean): string {
  const rows = Object.entries(values).filter(([, value]) => value !== undefined);
  if (rows.length === 0) return "";
  const items = rows.map(([name, value]) => {
    const nested = typeof value === "object" && value !== null;
    const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
    if (nested && text.length > 80) {
      const lines = escapeHtml(JSON.stringify(value, null, 2));
      return `<div class="wide"><dt>${escapeHtml(name)}</dt><dd><pre>${lines}</pre></dd></div>`;
    }
    return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd></div>`;
  });
  const list = `<dl>\n${items.join("\n")}\n</dl>`;
  return folded ? fold("Settings", list) : `<h2>Settings</h2>\n${list}`;
}

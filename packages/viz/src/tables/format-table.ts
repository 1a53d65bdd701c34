import { csv } from "./csv.ts";
import { latex } from "./latex.ts";
import { checkedTable, type TableData } from "./table-data.ts";
import { textWidth } from "../text/text-width.ts";

/** Options of {@link formatTable}. */
export interface FormatTableOptions {
  /**
   * `"text"` for a terminal or a log, `"markdown"` for a document, `"csv"` for a program (RFC 4180; a column with details has a
   * second one for them), `"latex"` for a paper (a `tabular` with the rules of `booktabs`).
   *
   * @defaultValue `"text"`
   */
  readonly format?: "text" | "markdown" | "csv" | "latex";
}

/**
 * The table as lines of text whose columns stand under each other, without a line break at the end. Widths count
 * terminal columns, so ε, ± and wide characters stay aligned. A cell's detail follows in brackets.
 *
 * @throws TypeError when a row has not one cell for each column
 */
export function formatTable(data: TableData, options: FormatTableOptions = {}): string {
  const { format = "text" } = options;
  if (format === "csv") return csv(data);
  if (format === "latex") return latex(data);
  const markdown = format === "markdown";
  const { columns, rows } = checkedTable(data);
  const clean = markdown ? markdownText : plainText;
  const body = rows.map((row) => row.map(({ text, detail }) => clean(detail === "" ? text : `${text} (${detail})`)));
  const titles = columns.map((column) => clean(column.title));
  const details = columns.map((column) => clean(column.detail));
  const head = markdown
    ? [titles.map((title, i) => (details[i] === "" ? title : `${title}<br>${details[i]}`))]
    : details.every((detail) => detail === "")
      ? [titles]
      : [titles, details];

  const widths = columns.map((_, i) => Math.max(3, ...[...head, ...body].map((row) => textWidth(row[i]!))));
  const pad = (row: readonly string[]): string[] => row.map((text, i) => padded(text, widths[i]!, columns[i]!.align));
  const rule = columns.map(({ align }, i) => {
    if (!markdown) return "─".repeat(widths[i]!);
    return align === "left" ? "-".repeat(widths[i]!) : `${"-".repeat(widths[i]! - 1)}:`;
  });
  const lines = [...head.map(pad), rule, ...body.map(pad)].map((row) =>
    markdown ? `| ${row.join(" | ")} |` : row.join("  ").trimEnd(),
  );
  return [...(data.caption === undefined ? [] : [clean(data.caption), ""]), ...lines].join("\n");
}

function padded(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** One line, without characters that would move the cursor or change colours. */
function plainText(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim();
}

function markdownText(text: string): string {
  return plainText(text).replace(/[\\|<>&`*_[\]]/g, (character) =>
    character === "<" ? "&lt;" : character === "&" ? "&amp;" : `\\${character}`,
  );
}

import { checkedTable, type TableData } from "./table-data.ts";

/** The table as CSV. Where a column has details, they have a column of their own behind it. */
export function csv(data: TableData): string {
  const { columns, rows } = checkedTable(data);
  const detailed = columns.map((_, i) => rows.some((row) => row[i]!.detail !== ""));
  const line = (cells: readonly { readonly text: string; readonly detail: string }[]): string =>
    cells
      .flatMap(({ text, detail }, i) => (detailed[i] ? [text, detail] : [text]))
      .map(quoted)
      .join(",");
  const head = columns.map(({ title }) => ({ text: title, detail: `${title}, detail` }));
  return [head, ...rows].map(line).join("\r\n");
}

/** Spreadsheets take a cell that begins with one of these for a formula; a quote before it makes it a text. */
function quoted(text: string): string {
  const safe = /^[=+@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

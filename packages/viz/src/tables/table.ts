import { checkedTable, type TableData } from "./table-data.ts";
import { typeset } from "../text/typeset.ts";

/**
 * An accessible HTML table: column headers, the first cell of a row as its header, a caption, numbers set in columns.
 * All texts are escaped. The look comes from the style sheet of {@link htmlReport}; without it the table is plain.
 *
 * @throws TypeError when a row has not one cell for each column
 */
export function table(data: TableData): string {
  const { columns, rows } = checkedTable(data);
  const head = columns
    .map(({ title, detail, align }) =>
      // A header cell without words names nothing.
      title + detail === "" ? "<td></td>" : `<th scope="col" class="${align}">${withDetail(title, detail)}</th>`,
    )
    .join("");
  const body = rows.map((cells) => {
    const inner = cells.map((cell, i) => {
      const tag = i === 0 ? `th scope="row"` : "td";
      const tone = cell.tone === "neutral" ? "" : ` ${cell.tone}`;
      const content = withDetail(cell.text, cell.detail) + bar(cell.share);
      const key = data.sortable && cell.value !== undefined ? ` data-sort="${cell.value}"` : "";
      return `<${tag} class="${columns[i]!.align}${tone}"${key}>${content}</${tag.slice(0, 2)}>`;
    });
    return `<tr>${inner.join("")}</tr>`;
  });
  if (rows.length === 0) body.push(`<tr><td colspan="${Math.max(1, columns.length)}">No rows.</td></tr>`);
  const caption = data.caption === undefined ? "" : `<caption>${typeset(data.caption)}</caption>`;
  const classes = [...(data.sortable ? ["sortable"] : []), ...(data.compact ? ["compact"] : [])].join(" ");
  const kind = classes === "" ? "" : ` class="${classes}"`;
  return `<table${kind}>${caption}<thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table>`;
}

function withDetail(text: string, detail: string): string {
  return typeset(text) + (detail === "" ? "" : ` <small>${typeset(detail)}</small>`);
}

/** A thin line whose length repeats the number beside it, so screen readers need not hear of it. */
function bar(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share)) return "";
  const percent = Number((100 * Math.min(1, Math.max(0, share))).toFixed(1));
  return `<span class="bar" aria-hidden="true"><span style="width:${percent}%"></span></span>`;
}

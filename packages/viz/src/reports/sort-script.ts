/**
 * What sorts the tables of a page: a button in each title of a column, which orders the rows, rising at the first click. Cells
 * without a number come last either way.
 */
export const SORT_SCRIPT: string = `
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells].filter((cell) => cell.tagName === "TH");
  const key = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.sort ?? cell.textContent.trim();
    return text === "–" ? undefined : text;
  };
  const compare = (a, b) => {
    if (a === undefined || b === undefined) return 0;
    const difference = Number(a) - Number(b);
    return Number.isNaN(difference) ? a.localeCompare(b, undefined, { numeric: true }) : difference;
  };
  for (const head of heads) {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falls = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falls ? "descending" : "ascending");
      const keyed = [...body.rows].map((row) => ({ row, key: key(row, head.cellIndex) }));
      const missing = (one) => Number(one.key === undefined);
      keyed.sort((a, b) => missing(a) - missing(b) || (falls ? compare(b.key, a.key) : compare(a.key, b.key)));
      body.append(...keyed.map(({ row }) => row));
    });
  }
}
`;

/** SHA-256 of {@link SORT_SCRIPT}, by which a page's policy allows it and nothing else. */
export const SORT_SCRIPT_HASH: string = "sha256-tM5+n7GOOpIIHZtpgLNoGBuSMWroKb1exBUhAYOAXeQ=";

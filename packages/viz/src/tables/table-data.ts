/** How a cell or a picture is to be taken. Never shown by colour alone. */
export type Tone = "good" | "bad" | "neutral";

/** A column of a {@link TableData}. */
export interface TableColumn {
  readonly title: string;
  /** A second, smaller line of the header, such as the number of images behind the column. */
  readonly detail?: string;
  /** @defaultValue `"left"` for the first column, `"right"` for the others */
  readonly align?: "left" | "right";
}

/** A cell with more than a text. */
export interface RichCell {
  readonly text: string | number;
  /** A smaller addition, such as a confidence interval. */
  readonly detail?: string;
  /** @defaultValue `"neutral"` */
  readonly tone?: Tone;
  /** A number in [0, 1] that an HTML table also shows as the length of a thin line. */
  readonly share?: number;
}

/** What stands in a cell. `null` means "not measured" and is shown as a dash. */
export type TableCell = string | number | null | RichCell;

/** A table as plain data. The first cell of a row names the row. */
export interface TableData {
  readonly columns: readonly (string | TableColumn)[];
  readonly rows: readonly (readonly TableCell[])[];
  readonly caption?: string;
  /**
   * Whether a reader of {@link htmlReport}'s page can sort the rows by a click on a column's title, where scripts run.
   *
   * @defaultValue `false`
   */
  readonly sortable?: boolean;
  /**
   * Whether it takes no more of the page's width than its contents need.
   *
   * @defaultValue `false`
   */
  readonly compact?: boolean;
}

interface Column {
  readonly title: string;
  readonly detail: string;
  readonly align: "left" | "right";
}

interface Cell {
  readonly text: string;
  readonly detail: string;
  readonly tone: Tone;
  readonly share: number | undefined;
  /** The number that the cell shows, by which a column is sorted. */
  readonly value: number | undefined;
}

/** The same table with every default filled in. */
export function checkedTable(data: TableData): { columns: Column[]; rows: Cell[][] } {
  const columns = data.columns.map((column, i): Column => {
    const {
      title,
      detail = "",
      align = i === 0 ? "left" : "right",
    } = typeof column === "string" ? { title: column } : column;
    return { title, detail, align };
  });
  const rows = data.rows.map((row, i) => {
    if (row.length === columns.length) return row.map(cell);
    throw new TypeError(
      `Row ${i} of the table has ${row.length} cells, but there are ${columns.length} columns. Use null for a cell without a value.`,
    );
  });
  return { columns, rows };
}

function cell(value: TableCell): Cell {
  if (value === null) return cell("–");
  if (typeof value !== "object") return cell({ text: value });
  const { text, detail = "", tone = "neutral", share } = value;
  const shown = typeof text === "number" ? String(Number(text.toPrecision(6))) : text;
  return { text: shown, detail, tone, share, value: typeof text === "number" ? text : share };
}

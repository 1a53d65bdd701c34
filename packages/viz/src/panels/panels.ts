import type { ReportBlock } from "../reports/html-report.ts";
import type { Picture } from "../svg/picture.ts";
import type { TableData } from "../tables/table-data.ts";

/** One picture of several, drawn `width` pixels wide. */
export type Panel = (width: number, where: PanelPlace) => Picture | Promise<Picture>;

/** In a sheet, beside its neighbours or, where there is no room for them, in a row of its own; or alone in a page. */
export type PanelPlace = "sheet" | "sheet row" | "page";

/** Pictures that belong together, taken apart, so that a sheet and a page can each arrange them. */
export interface Panels {
  /** What one sees, in plain words. */
  readonly caption: string;
  /** The meaning of lines or colours of all panels. */
  readonly legend?: Panel;
  /** Whether panels that stand alone need the legend too. */
  readonly legendInPage?: boolean;
  /** Panels from left to right; `null` leaves a place empty. */
  readonly rows: readonly (readonly (Panel | null)[])[];
  /** Width of the sheet in pixels. */
  readonly width: number;
  /**
   * Width of a panel in a page, which shrinks it to a phone or enlarges it a little.
   *
   * @defaultValue `500`
   */
  readonly pageWidth?: number;
  /**
   * The least width of a panel in a paper, in pixels of which 1.83 are a point; narrower ones go below each other.
   *
   * @defaultValue `250`
   */
  readonly leastWidth?: number;
  /** The numbers behind the panels. */
  readonly tables: readonly TableData[];
}

/** The panels as blocks of a page, each drawn to stand alone. */
export async function panelBlocks({
  rows,
  legend,
  legendInPage = false,
  pageWidth = 500,
}: Panels): Promise<ReportBlock[]> {
  const panels = rows.flat().filter((panel) => panel !== null);
  const pictures = await Promise.all(panels.map((panel) => panel(pageWidth, "page")));
  const above = legendInPage ? await legend?.(360, "page") : undefined;
  // Small pictures stand as close as there is room, larger ones in columns.
  const small = `<div class="small">${pictures.map(({ svg }) => svg).join("\n")}</div>`;
  const blocks: ReportBlock[] = pageWidth < 240 ? [{ html: small }] : pictures.map(({ svg }) => ({ svg }));
  return above === undefined ? blocks : [{ html: above.svg }, ...blocks];
}

/** `(a)`, `(b)`, ... */
export function panelLetter(index: number): string {
  return `(${String.fromCharCode(97 + (index % 26))})`;
}

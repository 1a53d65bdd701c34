import { typeset } from "../text/typeset.ts";
import { escapeHtml } from "../text/escape-html.ts";
import { encodePng, pngDataUri, type Pixels } from "./image.ts";
import type { Tone } from "../tables/table-data.ts";

/** One picture of an {@link ImageGridData}. */
export interface ImageCell extends Pixels {
  readonly caption?: string;
  /**
   * Marks the caption with ✓ or ✗ and a colour.
   *
   * @defaultValue `"neutral"`
   */
  readonly tone?: Tone;
}

/** One sample: its pictures side by side. */
export interface ImageRow {
  readonly label?: string;
  /** One for each column; `null` leaves the place empty. */
  readonly cells: readonly (ImageCell | null)[];
}

/** Images as plain data, such as original, perturbation and adversarial image of several samples. */
export interface ImageGridData {
  readonly columns: readonly { readonly title: string }[];
  readonly rows: readonly ImageRow[];
  /**
   * Pixels of the page that a pixel of an image takes at most.
   *
   * @defaultValue what makes the widest image about 96 wide, at least 1
   */
  readonly scale?: number;
}

/**
 * An HTML fragment with the images inside (PNG data URIs, enlarged without smoothing). Each row is a card that names
 * its columns, so the cards flow into as many page columns as there is room for.
 *
 * @throws TypeError when a row has not one cell for each column, or an image does not fit its shape
 */
export function imageGrid(data: ImageGridData): string {
  if (data.rows.length === 0) return `<p class="note">No images.</p>`;
  const widest = Math.max(1, ...data.rows.flatMap(({ cells }) => cells.map((cell) => cell?.shape[1] ?? 1)));
  const { scale = Math.max(1, Math.round(96 / widest)) } = data;
  const cards = data.rows.map((row, i) => {
    if (row.cells.length !== data.columns.length) {
      throw new TypeError(
        `Row ${i} of the image grid has ${row.cells.length} cells, but there are ${data.columns.length} columns. Use null for an empty place.`,
      );
    }
    const label = row.label === undefined ? "" : `<h3>${typeset(row.label)}</h3>`;
    const cells = row.cells.map((cell, j) => figure(cell, data.columns[j]!.title, row.label, scale));
    return `<li>${label}<div class="images">${cells.join("")}</div></li>`;
  });
  // Images side by side, 8 pixels apart, in a card with 12 pixels around them.
  const card = Math.round(data.columns.length * (widest * scale + 8) + 16);
  return `<ul class="image-grid" style="--card-width:${card}px">\n${cards.join("\n")}\n</ul>`;
}

const glyphs: Readonly<Record<Tone, string>> = { good: "✓ ", bad: "✗ ", neutral: "" };

function figure(cell: ImageCell | null, title: string, label: string | undefined, scale: number): string {
  const head = `<span class="title">${typeset(title)}</span>`;
  if (cell === null) return `<figure>${head}<span class="none" aria-label="no image">–</span></figure>`;
  const { caption, tone = "neutral" } = cell;
  const [height, width] = cell.shape;
  const { png, invalid } = encodePng(cell);
  const size = Math.round(width * scale);
  const alt = [label, title, caption].filter((part) => part !== undefined && part !== "").join(", ");
  const image =
    `<img src="${pngDataUri(png)}" alt="${escapeHtml(alt)}" width="${size}" height="${Math.round((size * height) / width)}"` +
    ` style="image-rendering:pixelated"/>`;
  const note =
    invalid > 0
      ? `<figcaption class="bad">✗ ${invalid === 1 ? "1 value is" : `${invalid} values are`} not finite, drawn as 0</figcaption>`
      : "";
  const words =
    caption === undefined ? "" : `<figcaption class="${tone}">${glyphs[tone]}${typeset(caption)}</figcaption>`;
  return `<figure>${head}${image}${words}${note}</figure>`;
}

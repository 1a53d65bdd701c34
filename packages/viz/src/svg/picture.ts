import { escapeHtml } from "../text/escape-html.ts";

/** A finished picture: an `<svg>` element and its size in pixels. */
export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Fonts of all pictures; the first one that a reader's machine has is used. */
export const fontFamily = `system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif`;

/** An `<svg>` element with `label` for screen readers. Lines and texts take the text colour of what is around it. */
export function picture(width: number, height: number, label: string, body: string): Picture {
  const svg =
    `<svg role="img" aria-label="${escapeHtml(label)}" xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"` +
    ` viewBox="0 0 ${width} ${height}" font-family="${escapeHtml(fontFamily)}" fill="currentColor">${body}</svg>`;
  return { svg, width, height };
}

/** The same picture as a part of a larger one, with its upper left corner at (x, y). */
export function placed({ svg }: Picture, x: number, y: number): string {
  return svg.replace("<svg ", () => `<svg x="${decimal(x)}" y="${decimal(y)}" `);
}

/** Look of a {@link textAt}. */
export interface TextLook {
  /** @defaultValue `12` */
  readonly size?: number;
  /** @defaultValue `"start"` */
  readonly anchor?: "start" | "middle" | "end";
  /** @defaultValue `false` */
  readonly bold?: boolean;
  /** @defaultValue `1` */
  readonly opacity?: number;
  /**
   * Degrees, clockwise.
   *
   * @defaultValue `0`
   */
  readonly turn?: number;
}

/** A line of text whose baseline begins, has its middle, or ends at (x, y). */
export function textAt(text: string, x: number, y: number, look: TextLook = {}): string {
  const { size = 12, anchor = "start", bold = false, opacity = 1, turn = 0 } = look;
  const [left, top] = [decimal(x), decimal(y)];
  return (
    `<text x="${left}" y="${top}" font-size="${size}"` +
    (anchor === "start" ? "" : ` text-anchor="${anchor}"`) +
    (bold ? ` font-weight="600"` : "") +
    (opacity === 1 ? "" : ` opacity="${opacity}"`) +
    (turn === 0 ? "" : ` transform="rotate(${decimal(turn)} ${left} ${top})"`) +
    `>${escapeHtml(text)}</text>`
  );
}

/** At most two decimals: finer than a screen shows, and the same text everywhere. */
export function decimal(value: number): string {
  return String(Math.round(value * 100) / 100 || 0);
}

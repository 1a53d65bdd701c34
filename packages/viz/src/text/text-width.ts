import { keepTogether } from "./keep-together.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const zero = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** Columns that `text` takes in a terminal: 1 for most characters, 2 for East Asian wide ones and emoji, 0 for marks. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += zero.test(segment) ? 0 : wide.test(segment) ? 2 : 1;
  return width;
}

/** Widths of characters in DejaVu Sans, the widest of the common sans-serif fonts, in units of the font size. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ fijlrtI.,:;'"|!()[\]-]/, 0.39],
  [/[mwMW%@—]/, 0.95],
  [/[A-Z]/, 0.69],
];

/** Pixels that `text` takes at most in a common font. Nothing is measured, so the answer is the same everywhere. */
export function pixelWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += widths.find(([characters]) => characters.test(segment))?.[1] ?? 0.63 * textWidth(segment);
  }
  return Math.ceil(width * fontSize);
}

/**
 * Breaks `text` at spaces into lines of at most `width` pixels, but not at non-breaking ones and not within "ε = 0.1". A single longer
 * word keeps a line of its own.
 */
export function wrapText(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  for (const word of keepTogether(text)
    .split(/[ \t\n]+/)
    .filter(Boolean)) {
    const line = lines.at(-1);
    const joined = line === undefined ? word : `${line} ${word}`;
    if (line !== undefined && pixelWidth(joined, fontSize) <= width) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  // Lines are final: what holds them together has done its work.
  return lines.map((line) => line.replaceAll("\u00a0", " "));
}

import { drawGlyph } from "@kwta/datasets";

/** An image of the embedded test split: [28, 28, 1] in [0, 1]. Its class is `id % 10`. */
export function glyph(id: number): Float32Array {
  return Float32Array.from(drawGlyph("glyphs28", "test", id), (byte) => byte / 255);
}

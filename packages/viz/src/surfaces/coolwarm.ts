const anchors: readonly (readonly number[])[] = [
  0x3b4cc0, 0x4e68d7, 0x6282ea, 0x779af7, 0x8db0fe, 0xa3c2fe, 0xb8d0f9, 0xccd9ee, 0xdddddd, 0xecd3c6, 0xf5c4ad,
  0xf7b194, 0xf49a7b, 0xec7f63, 0xde614c, 0xcb3e38, 0xb40426,
].map((color) => [color >> 16, (color >> 8) & 255, color & 255]);

/**
 * The cool-to-warm colours of Moreland's "Diverging Color Maps for Scientific Visualization" (2009), which the paper's
 * surfaces use too: blue is low, grey the middle, red high. Readers without red, green or blue cones can read them.
 *
 * @param t - the place on the map, from 0 to 1; beyond its ends the last colour stays
 * @returns red, green and blue from 0 to 255
 */
export function coolwarm(t: number): [red: number, green: number, blue: number] {
  const at = Math.min(1, Math.max(0, t)) * (anchors.length - 1);
  const i = Math.min(anchors.length - 2, Math.floor(at));
  const mix = (channel: number): number =>
    anchors[i]![channel]! + (at - i) * (anchors[i + 1]![channel]! - anchors[i]![channel]!);
  return [mix(0), mix(1), mix(2)];
}

const anchors: readonly (readonly number[])[] = [
  0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725,
].map((color) => [color >> 16, (color >> 8) & 255, color & 255]);

/**
 * A sequential map for heights that have a lower end, such as losses: from dark violet by green to yellow, lighter with each step,
 * so that it survives grey print and readers without red, green or blue cones can read it.
 *
 * @see van der Walt, Smith: "A better default colormap for Matplotlib" (2015)
 *
 * @param t - the place on the map, from 0 to 1; beyond its ends the last colour stays
 * @returns red, green and blue from 0 to 255
 */
export function viridis(t: number): [red: number, green: number, blue: number] {
  const at = Math.min(1, Math.max(0, t)) * (anchors.length - 1);
  const i = Math.min(anchors.length - 2, Math.floor(at));
  const mix = (channel: number): number =>
    anchors[i]![channel]! + (at - i) * (anchors[i + 1]![channel]! - anchors[i]![channel]!);
  return [mix(0), mix(1), mix(2)];
}

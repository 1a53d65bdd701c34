/** A turn around the middle and a shift. */
export interface Movement {
  readonly degrees: number;
  /** In pixels. */
  readonly down: number;
  readonly right: number;
}

/**
 * An image turned and shifted, by linear interpolation between pixels.
 *
 * @param strength the share of the movement that is made
 * @param empty what lies outside the image
 */
export function moveImage(
  image: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  { degrees, down, right }: Movement,
  strength: number,
  empty: number,
): Float32Array {
  const angle = (Math.PI * degrees * strength) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2];
  const at = (row: number, column: number, channel: number): number =>
    row < 0 || row >= height || column < 0 || column >= width
      ? empty
      : image[(row * width + column) * channels + channel]!;
  const moved = new Float32Array(image.length);
  for (let to = 0; to < height * width; to++) {
    const [y, x] = [
      Math.floor(to / width) - middleRow - down * strength,
      (to % width) - middleColumn - right * strength,
    ];
    // Where this pixel comes from.
    const [row, column] = [sin * x + cos * y + middleRow, cos * x - sin * y + middleColumn];
    const [top, left] = [Math.floor(row), Math.floor(column)];
    const [below, beside] = [row - top, column - left];
    for (let channel = 0; channel < channels; channel++) {
      const above = (1 - beside) * at(top, left, channel) + beside * at(top, left + 1, channel);
      const under = (1 - beside) * at(top + 1, left, channel) + beside * at(top + 1, left + 1, channel);
      moved[to * channels + channel] = (1 - below) * above + below * under;
    }
  }
  return moved;
}

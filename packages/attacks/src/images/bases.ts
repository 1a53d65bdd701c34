/** Orthonormal directions among the images of one shape. */
export interface Basis {
  /** How many. */
  readonly size: number;
  /** The image plus so many times the direction of this number. */
  add(image: Float32Array, place: number, factor: number): Float32Array;
}

/** Each value of the image is a direction. */
export function pixels(size: number): Basis {
  return {
    size,
    add(image, place, factor) {
      const moved = image.slice();
      moved[place]! += factor;
      return moved;
    },
  };
}

/** Waves of the discrete cosine transform, the longest first along each side; `share` of them, at least one. */
export function cosines([height, width, channels]: readonly [number, number, number], share: number): Basis {
  const counts = [height, width].map((side) => Math.max(1, Math.round(share * side)));
  const [down, across] = [wavesOf(height, counts[0]!), wavesOf(width, counts[1]!)];
  return {
    size: counts[0]! * counts[1]! * channels,
    add(image, place, factor) {
      const channel = place % channels;
      const wave = Math.floor(place / channels);
      const [rows, columns] = [down[Math.floor(wave / counts[1]!)]!, across[wave % counts[1]!]!];
      const moved = image.slice();
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          moved[(row * width + column) * channels + channel]! += factor * rows[row]! * columns[column]!;
        }
      }
      return moved;
    },
  };
}

/** The first waves of a side, each of length 1. */
function wavesOf(side: number, count: number): Float32Array[] {
  return Array.from({ length: count }, (_, wave) =>
    Float32Array.from(
      { length: side },
      (__, at) => Math.sqrt((wave === 0 ? 1 : 2) / side) * Math.cos((Math.PI * wave * (2 * at + 1)) / (2 * side)),
    ),
  );
}

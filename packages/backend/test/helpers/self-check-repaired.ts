type Values = readonly number[];

/** What TensorFlow.js got wrong, on plain numbers in double precision. */
export const repaired: Readonly<Record<string, (...inputs: Values[]) => number[]>> = {
  "depthwise convolution with gaps": (x, filter) =>
    slide({ image: [6, 4], window: [3, 1], strides: [2, 2] }, [2, 6], (places, [n, o]) =>
      sum(places.map(([at, tap]) => x[(n! * 24 + at) * 3 + Math.floor(o! / 2)]! * filter[tap * 6 + o!]!)),
    ),
  "dilated convolution": (x, filter) =>
    slide({ image: [6, 5], window: [2, 3], strides: [1, 1], dilations: [3, 2] }, [2, 2], (places, [n, o]) =>
      sum(
        places.flatMap(([at, tap]) =>
          [0, 1, 2].map((c) => x[(n! * 30 + at) * 3 + c]! * filter[(tap * 3 + c) * 2 + o!]!),
        ),
      ),
    ),
  "narrow convolution": (x, filter) =>
    slide({ image: [4, 2], window: [2, 3], strides: [1, 2] }, [2, 3], (places, [n, o]) =>
      sum(places.map(([at, tap]) => x[n! * 8 + at]! * filter[tap * 3 + o!]!)),
    ),
  "convolution of volumes": (x, filter) =>
    slide({ image: [3, 4, 3], window: [2, 1, 2], strides: [2, 2, 2] }, [2, 3], (places, [n, o]) =>
      sum(
        places.flatMap(([at, tap]) => [0, 1].map((c) => x[(n! * 36 + at) * 2 + c]! * filter[(tap * 2 + c) * 3 + o!]!)),
      ),
    ),
  "max pooling of volumes": (x) =>
    slide(VOLUME_POOL, [2, 2], (places, [n, c]) => Math.max(...places.map(([at]) => x[(n! * 36 + at) * 2 + c!]!))),
  "average pooling of volumes": (x) =>
    slide(
      VOLUME_POOL,
      [2, 2],
      (places, [n, c]) => sum(places.map(([at]) => x[(n! * 36 + at) * 2 + c!]!)) / places.length,
    ),
  "average pooling that sticks out": (x) =>
    slide(
      { image: [5, 6], window: [3, 3], strides: [2, 2] },
      [2, 3],
      (places, [n, c]) => sum(places.map(([at]) => x[(n! * 30 + at) * 3 + c!]!)) / places.length,
    ),
  "resizing to the nearest": (x) => {
    const [row, column] = [
      (i: number) => Math.floor(((i + 0.5) * 3) / 5),
      (j: number) => Math.floor(((j + 0.5) * 2) / 3),
    ];
    return grid([2, 5, 3, 3], ([n, i, j, c]) => x[((n! * 3 + row(i!)) * 2 + column(j!)) * 3 + c!]!);
  },
  "resizing between": (x) => {
    const place = (i: number, ratio: number, last: number): number =>
      Math.min(last, Math.max(0, (i + 0.5) * ratio - 0.5));
    return grid([2, 5, 3, 3], ([n, i, j, c]) => {
      const [up, across] = [place(i!, 3 / 5, 2), place(j!, 2 / 3, 1)];
      const near = (a: number, b: number): number => Math.max(0, 1 - Math.abs(a - b));
      const parts = grid([3, 2], ([h, w]) => near(up, h!) * near(across, w!) * x[((n! * 3 + h!) * 2 + w!) * 3 + c!]!);
      return sum(parts);
    });
  },
  "mirrored border": (x) =>
    grid([2, 7, 4], ([n, i, j]) => x[(n! * 4 + [2, 1, 0, 1, 2, 3, 2][i!]!) * 3 + [1, 0, 1, 2][j!]!]!),
  "running sum": (x) => grid([2, 3, 4], ([n, i, j]) => sum(grid([i!], ([k]) => x[(n! * 3 + k!) * 4 + j!]!))),
  "depth to space": (x) =>
    grid([2, 4, 6, 2], ([n, i, j, c]) => {
      const place = (n! * 2 + Math.floor(i! / 2)) * 3 + Math.floor(j! / 2);
      return x[place * 8 + ((i! % 2) * 2 + (j! % 2)) * 2 + c!]!;
    }),
  "sum of Einstein": (a, b) =>
    grid([2, 5], ([i, d]) => sum(grid([3, 4], ([j, c]) => a[(i! * 3 + j!) * 4 + c!]! * b[c! * 5 + d!]!))),
  "choice by batch": (x) => grid([2, 2, 4], ([n, i, j]) => x[(n! * 3 + [2, 0, 1, 1][n! * 2 + i!]!) * 4 + j!]!),
  "slope of shared axes": (x, slope) =>
    grid([2, 3, 4], ([n, i, j]) => {
      const value = x[(n! * 3 + i!) * 4 + j!]!;
      return value >= 0 ? value : value * slope[i!]!;
    }),
  "larger of two shapes": (a, b) => grid([2, 3, 4], ([n, i, j]) => Math.max(a[(n! * 3 + i!) * 4 + j!]!, b[i!]!)),
  "sign of no number": (x) => x.map((value) => value + (value > 0 ? Math.sign(Math.log(value)) : 0)),
};

/** Windows with the padding "same" over images of any number of sides. */
interface Sliding {
  readonly image: readonly number[];
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations?: readonly number[];
}

const VOLUME_POOL: Sliding = { image: [3, 4, 3], window: [2, 1, 3], strides: [2, 2, 2] };

/** Reduces the places of each window, given where they are in the image and in the window, for each image and channel. */
function slide(
  { image, window, strides, dilations = image.map(() => 1) }: Sliding,
  [images, channels]: readonly [number, number],
  reduce: (places: [at: number, tap: number][], index: readonly number[]) => number,
): number[] {
  const out = image.map((size, i) => Math.ceil(size / strides[i]!));
  const before = image.map((size, i) =>
    Math.floor(Math.max(0, (out[i]! - 1) * strides[i]! + (window[i]! - 1) * dilations[i]! + 1 - size) / 2),
  );
  const flat = (index: readonly number[], sizes: readonly number[]): number =>
    index.reduce((all, place, i) => all * sizes[i]! + place, 0);
  return grid([images, ...out, channels], (index) => {
    const places: [number, number][] = [];
    grid(window, (tap) => {
      const place = tap.map((t, i) => index[i + 1]! * strides[i]! + t * dilations[i]! - before[i]!);
      if (place.every((p, i) => p >= 0 && p < image[i]!)) places.push([flat(place, image), flat(tap, window)]);
      return 0;
    });
    return reduce(places, [index[0]!, index.at(-1)!]);
  });
}

function grid(sizes: readonly number[], value: (index: readonly number[]) => number): number[] {
  const [size, ...rest] = sizes;
  if (size === undefined) return [value([])];
  return Array.from({ length: size }, (_, i) => grid(rest, (index) => value([i, ...index]))).flat();
}

function sum(values: Values): number {
  return values.reduce((total, value) => total + value, 0);
}

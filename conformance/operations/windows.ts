import * as tf from "@tensorflow/tfjs-core";
import type { Draw } from "./draw.ts";
import { at, fill, indices, offset, sizeOf, type Nd } from "./nd.ts";
import type { Case, Meaning, Operation } from "./operation.ts";

type Pad = "same" | "valid" | number;

/** Windows that slide over one, two or three axes. */
interface Windows {
  readonly batch: number;
  readonly channels: number;
  /** Sizes of the image. */
  readonly sizes: readonly number[];
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pad: Pad;
}

interface DrawnWindows {
  readonly sides: number;
  readonly largest?: number;
  readonly dilated?: boolean;
  readonly numbers?: boolean;
  readonly oneStride?: boolean;
}

/** Any geometry that TensorFlow.js takes: either strides or dilations are 1, and zeros by number go with square windows. */
function drawWindows(draw: Draw, options: DrawnWindows): Windows {
  const { sides, largest: most = 7, dilated = false, numbers = false, oneStride = false } = options;
  // Layers pass no numbers; TensorFlow.js takes one side for the other where the two differ.
  const square = numbers && draw.whole(0, 3) === 0;
  const dilates = dilated && draw.whole(0, 2) === 0;
  const ones = Array.from({ length: sides }, () => 1);
  const same = (value: number): number[] => ones.map(() => value);
  const some = (high: number): number[] => (square ? same(draw.whole(1, high)) : draw.wholes(sides, 1, high));
  const strides = dilates ? ones : oneStride ? same(draw.whole(1, 3)) : some(3);
  const dilations = dilates ? some(3) : ones;
  const window = some(sides === 3 ? 3 : 4);
  const pad = square ? draw.whole(0, Math.floor(window[0]! / 2)) : draw.pick("same" as const, "valid" as const);
  const least = window.map((side, i) => (pad === "same" && !square ? 1 : (side - 1) * dilations[i]! + 1));
  const sizes = least.map((size) => draw.whole(size, Math.max(size, most)));
  return { batch: draw.whole(2, 3), channels: draw.whole(1, 4), sizes, window, strides, dilations, pad };
}

/** How many places the windows have along each axis, and where the first one starts. */
function placement({ sizes, window, strides, dilations, pad }: Windows): { out: number[]; before: number[] } {
  const seen = window.map((side, i) => (side - 1) * dilations[i]! + 1);
  if (pad === "same") {
    const out = sizes.map((size, i) => Math.ceil(size / strides[i]!));
    const zeros = sizes.map((size, i) => Math.max(0, (out[i]! - 1) * strides[i]! + seen[i]! - size));
    return { out, before: zeros.map((count) => Math.floor(count / 2)) };
  }
  const zeros = pad === "valid" ? 0 : pad;
  const out = sizes.map((size, i) => Math.floor((size + 2 * zeros - seen[i]!) / strides[i]!) + 1);
  return { out, before: sizes.map(() => zeros) };
}

/** Tells of each place of each window: where it is in the image, and which tap of the window. */
function eachPlace(g: Windows, visit: (out: number[], place: number[], tap: number[]) => void): void {
  const { out, before } = placement(g);
  const taps = indices(g.window);
  for (const index of indices(out)) {
    for (const tap of taps) {
      const place = tap.map((t, i) => index[i]! * g.strides[i]! + t * g.dilations[i]! - before[i]!);
      if (place.every((p, i) => p >= 0 && p < g.sizes[i]!)) visit(index, place, tap);
    }
  }
}

const imageShape = (g: Windows): number[] => [g.batch, ...g.sizes, g.channels];
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function convolution(g: Windows, filters: number): Meaning {
  const shape = [g.batch, ...placement(g).out, filters];
  const filterShape = [...g.window, g.channels, filters];
  return {
    kind: "products",
    shape,
    products: (_, visit) =>
      eachPlace(g, (out, place, tap) => {
        for (const n of range(g.batch)) {
          const [y, x, w] = [
            offset(shape, [n, ...out, 0]),
            offset(imageShape(g), [n, ...place, 0]),
            offset(filterShape, [...tap, 0, 0]),
          ];
          for (const ci of range(g.channels))
            for (const co of range(filters)) visit(y + co, x + ci, w + ci * filters + co);
        }
      }),
  };
}

/** The same products the other way round: the input stands where the output of a convolution does. */
function transposedConvolution(g: Windows, filters: number): Meaning {
  const forward = convolution(g, filters);
  if (forward.kind !== "products") throw new Error("A convolution is made of products.");
  return {
    kind: "products",
    shape: imageShape(g),
    products: (inputs, visit) => forward.products(inputs, (y, x, w) => visit(x, y, w)),
  };
}

function depthwise(g: Windows, multiplier: number): Meaning {
  const shape = [g.batch, ...placement(g).out, g.channels * multiplier];
  const filterShape = [...g.window, g.channels, multiplier];
  return {
    kind: "products",
    shape,
    products: (_, visit) =>
      eachPlace(g, (out, place, tap) => {
        for (const n of range(g.batch))
          for (const c of range(g.channels))
            for (const m of range(multiplier))
              visit(
                offset(shape, [n, ...out, c * multiplier + m]),
                offset(imageShape(g), [n, ...place, c]),
                offset(filterShape, [...tap, c, m]),
              );
      }),
  };
}

function averages(g: Windows): Meaning {
  const shape = [g.batch, ...placement(g).out, g.channels];
  const counts = new Map<string, number>();
  eachPlace(g, (out) => counts.set(out.join(), (counts.get(out.join()) ?? 0) + 1));
  return {
    kind: "products",
    shape,
    products: (_, visit) =>
      eachPlace(g, (out, place) => {
        for (const n of range(g.batch))
          for (const c of range(g.channels))
            visit(offset(shape, [n, ...out, c]), offset(imageShape(g), [n, ...place, c]), 1 / counts.get(out.join())!);
      }),
  };
}

/** Linear where it is known which place of each window is the largest. */
function largest(g: Windows): Meaning {
  const shape = [g.batch, ...placement(g).out, g.channels];
  return {
    kind: "products",
    shape,
    products([x], visit) {
      const best = new Map<number, number>();
      eachPlace(g, (out, place) => {
        for (const n of range(g.batch))
          for (const c of range(g.channels)) {
            const [y, from] = [offset(shape, [n, ...out, c]), offset(imageShape(g), [n, ...place, c])];
            const known = best.get(y);
            if (known === undefined || x!.values[from]! > x!.values[known]!) best.set(y, from);
          }
      });
      for (const [y, from] of best) visit(y, from, 1);
    },
  };
}

/** Calls an op whose types want ranks that are known. */
const call = (op: unknown, ...args: readonly unknown[]): tf.Tensor => (op as (...all: unknown[]) => tf.Tensor)(...args);

const convolutions: readonly Operation[] = [
  ...([1, 2, 3] as const).map((sides): Operation => ({
    name: `conv${sides}d`,
    draw(draw) {
      const g = drawWindows(draw, { sides, largest: sides === 3 ? 4 : 7, dilated: true, numbers: sides === 2 });
      // Multiples of four take other ways, as do 3x3 windows.
      const filters = draw.pick(1, 2, 3, 4, 8);
      const op = [tf.conv1d, tf.conv2d, tf.conv3d][sides - 1];
      const [strides, dilations] = sides === 1 ? [g.strides[0], g.dilations[0]] : [g.strides, g.dilations];
      const layout = ["NWC", "NHWC", "NDHWC"][sides - 1];
      return {
        geometry: { ...g, filters },
        inputs: [{ shape: imageShape(g) }, { shape: [...g.window, g.channels, filters] }],
        compute: (x, filter) => call(op, x, filter, strides, g.pad, layout, dilations),
        meaning: convolution(g, filters),
      };
    },
  })),
  {
    name: "conv2d of 3x3 windows",
    draw(draw) {
      const pad = draw.pick("same" as const, "valid" as const);
      const stride = draw.whole(1, 2);
      const channels = draw.pick(4, 8, 12);
      const sizes = draw.wholes(2, 3, 11);
      const g: Windows = {
        batch: 2,
        channels,
        sizes,
        window: [3, 3],
        strides: [stride, stride],
        dilations: [1, 1],
        pad,
      };
      const filters = draw.pick(4, 8);
      return {
        geometry: { ...g, filters },
        inputs: [{ shape: imageShape(g) }, { shape: [3, 3, channels, filters] }],
        compute: (x, filter) => call(tf.conv2d, x, filter, stride, pad),
        meaning: convolution(g, filters),
        // What Winograd's algorithm is held to.
        tolerance: 3e-5,
      };
    },
  },
  ...([2, 3] as const).map((sides): Operation => ({
    name: `conv${sides}dTranspose`,
    draw(draw) {
      const g = drawWindows(draw, { sides, largest: sides === 3 ? 4 : 6 });
      const filters = draw.whole(1, 3);
      const op = sides === 2 ? tf.conv2dTranspose : tf.conv3dTranspose;
      return {
        geometry: { ...g, filters },
        inputs: [{ shape: [g.batch, ...placement(g).out, filters] }, { shape: [...g.window, g.channels, filters] }],
        compute: (x, filter) => call(op, x, filter, imageShape(g), g.strides, g.pad),
        meaning: transposedConvolution(g, filters),
      };
    },
  })),
];

const byChannel: readonly Operation[] = [
  {
    name: "depthwiseConv2d",
    draw(draw) {
      const g = drawWindows(draw, { sides: 2, dilated: true, oneStride: true, numbers: true });
      const multiplier = draw.whole(1, 2);
      return {
        geometry: { ...g, multiplier },
        inputs: [{ shape: imageShape(g) }, { shape: [...g.window, g.channels, multiplier] }],
        compute: (x, filter) => call(tf.depthwiseConv2d, x, filter, g.strides, g.pad, "NHWC", g.dilations),
        meaning: depthwise(g, multiplier),
      };
    },
  },
  {
    name: "separableConv2d",
    draw(draw) {
      const g = drawWindows(draw, { sides: 2, dilated: true, oneStride: true, largest: 4 });
      const multiplier = draw.whole(1, 2);
      const filters = draw.whole(1, 3);
      const { out } = placement(g);
      const middle = depthwise(g, multiplier);
      return {
        geometry: { ...g, multiplier, filters },
        inputs: [
          { shape: imageShape(g) },
          { shape: [...g.window, g.channels, multiplier] },
          { shape: [1, 1, g.channels * multiplier, filters] },
        ],
        compute: (x, by, point) => call(tf.separableConv2d, x, by, point, g.strides, g.pad, g.dilations),
        meaning: {
          kind: "function",
          of(x, by, point) {
            const between = sums(middle, x!, by!);
            return fill([g.batch, ...out, filters], ([n, i, j, f]) =>
              range(g.channels * multiplier).reduce(
                (sum, c) => sum + at(between, [n!, i!, j!, c]) * at(point!, [0, 0, c, f!]),
                0,
              ),
            );
          },
        },
      };
    },
  },
];

function sums(meaning: Meaning, x: Nd, w: Nd): Nd {
  if (meaning.kind !== "products") return meaning.of(x, w);
  const values = new Array<number>(sizeOf(meaning.shape)).fill(0);
  meaning.products([x, w], (y, i, j) => {
    values[y]! += x.values[i]! * w.values[j]!;
  });
  return { shape: meaning.shape, values };
}

/** Convolution with a bias and an activation in one, as layers call it. */
const fusedConvolutions: readonly Operation[] = [
  {
    name: "fused.conv2d",
    draw(draw) {
      const g = drawWindows(draw, { sides: 2, largest: 4 });
      const filters = draw.pick(1, 2, 4);
      const activation = draw.pick("linear", "relu", "sigmoid", "elu", "relu6") as tf.fused.Activation;
      const plain = convolution(g, filters);
      return {
        geometry: { ...g, filters, activation },
        inputs: [{ shape: imageShape(g) }, { shape: [...g.window, g.channels, filters] }, { shape: [filters] }],
        compute: (x, filter, bias) =>
          call(tf.fused.conv2d, { x, filter, bias, strides: g.strides, pad: g.pad, activation }),
        meaning: {
          kind: "function",
          of(x, filter, bias) {
            const y = sums(plain, x!, filter!);
            return fill(y.shape, (index) => activate(activation, at(y, index) + bias!.values[index[3]!]!));
          },
        },
      };
    },
  },
];

function activate(activation: string, x: number): number {
  const functions: Readonly<Record<string, (value: number) => number>> = {
    linear: (value) => value,
    relu: (value) => Math.max(0, value),
    relu6: (value) => Math.min(6, Math.max(0, value)),
    sigmoid: (value) => 1 / (1 + Math.exp(-value)),
    elu: (value) => (value >= 0 ? value : Math.exp(value) - 1),
  };
  return functions[activation]!(x);
}

const POOLS = {
  max2: ["maxPool", tf.maxPool],
  max3: ["maxPool3d", tf.maxPool3d],
  avg2: ["avgPool", tf.avgPool],
  avg3: ["avgPool3d", tf.avgPool3d],
} as const;

const pools: readonly Operation[] = ([2, 3] as const).flatMap((sides) =>
  (["max", "avg"] as const).map((kind): Operation => {
    const [name, op] = POOLS[`${kind}${sides}`];
    return {
      name,
      draw(draw): Case {
        const g = drawWindows(draw, { sides, largest: sides === 3 ? 5 : 8 });
        return {
          geometry: g,
          inputs: [{ shape: imageShape(g) }],
          compute: (x) => call(op, x, g.window, g.strides, g.pad),
          meaning: kind === "max" ? largest(g) : averages(g),
        };
      },
    };
  }),
);

/** Convolutions and pooling. */
export const windowOperations: readonly Operation[] = [...convolutions, ...byChannel, ...fusedConvolutions, ...pools];

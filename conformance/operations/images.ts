import * as tf from "@tensorflow/tfjs-core";
import { at, fill, offset, insert, remove, replace, type Nd } from "./nd.ts";
import type { Operation } from "./operation.ts";

type Pairs = [number, number][];

/** Where the i-th of `out` places looks along a side of `size`, with the parts; by the definition of TensorFlow's kernels. */
function lookUp(kind: string, i: number, size: number, out: number, align: boolean, half: boolean): Pairs {
  const scale = align && out > 1 ? (size - 1) / (out - 1) : size / out;
  if (kind === "resizeNearestNeighbor") {
    const place = (half ? i + 0.5 : i) * scale;
    return [[Math.max(0, Math.min(size - 1, align ? Math.round(place) : Math.floor(place))), 1]];
  }
  const place = half ? Math.max(0, (i + 0.5) * scale - 0.5) : i * scale;
  const low = Math.min(size - 1, Math.floor(place));
  const high = Math.min(size - 1, low + 1);
  return [
    [low, 1 - (place - low)],
    [high, place - low],
  ];
}

const resizing: readonly Operation[] = (["resizeNearestNeighbor", "resizeBilinear"] as const).map((name) => ({
  name,
  draw(draw) {
    const [n, h, w, c] = [draw.whole(2, 3), draw.whole(1, 6), draw.whole(1, 6), draw.whole(1, 3)];
    const size = draw.wholes(2, 1, 9) as [number, number];
    const [align, half] = draw.pick([false, false], [true, false], [false, true]) as [boolean, boolean];
    const shape = [n, ...size, c];
    return {
      geometry: { n, h, w, c, size, align, half },
      inputs: [{ shape: [n, h, w, c] }],
      compute: (x) => tf.image[name](x as tf.Tensor4D, size, align, half),
      meaning: {
        kind: "products",
        shape,
        products(_, visit) {
          fill(shape, ([b, i, j, channel]) => {
            for (const [row, up] of lookUp(name, i!, h, size[0], align, half))
              for (const [column, across] of lookUp(name, j!, w, size[1], align, half))
                visit(
                  offset(shape, [b!, i!, j!, channel!]),
                  offset([n, h, w, c], [b!, row, column, channel!]),
                  up * across,
                );
            return 0;
          });
        },
      },
    };
  },
}));

/** Each number of the output is one of the input, or 0. */
function moves(
  name: string,
  make: (draw: Parameters<Operation["draw"]>[0]) => {
    geometry: object;
    shape: readonly number[];
    out: readonly number[];
    from: (index: number[]) => number[] | undefined;
    compute: (x: tf.Tensor) => tf.Tensor;
  },
): Operation {
  return {
    name,
    draw(draw) {
      const { geometry, shape, out, from, compute } = make(draw);
      return {
        geometry: { shape, ...geometry },
        inputs: [{ shape }],
        compute: (x) => compute(x!),
        meaning: {
          kind: "products",
          shape: out,
          products(_, visit) {
            fill(out, (index) => {
              const source = from(index);
              if (source) visit(offset(out, index), offset(shape, source), 1);
              return 0;
            });
          },
        },
      };
    },
  };
}

const inside = (index: readonly number[], shape: readonly number[]): boolean =>
  index.every((place, axis) => place >= 0 && place < shape[axis]!);

const moving: readonly Operation[] = [
  moves("pad", (draw) => {
    const shape = draw.wholes(draw.whole(1, 5), 1, 4);
    const pads = shape.map(() => draw.wholes(2, 0, 2) as [number, number]);
    return {
      geometry: { pads },
      shape,
      out: shape.map((size, i) => size + pads[i]![0] + pads[i]![1]),
      from: (index) => {
        const source = index.map((place, i) => place - pads[i]![0]);
        return inside(source, shape) ? source : undefined;
      },
      compute: (x) => tf.pad(x, pads),
    };
  }),
  moves("mirrorPad", (draw) => {
    const mode = draw.pick("reflect" as const, "symmetric" as const);
    const skipped = mode === "reflect" ? 1 : 0;
    const shape = draw.wholes(draw.whole(1, 4), 2, 4);
    const pads = shape.map((size) => draw.wholes(2, 0, size - skipped) as [number, number]);
    const mirror = (place: number, size: number): number => {
      if (place < 0) return -place - 1 + skipped;
      return place >= size ? 2 * size - place - 1 - skipped : place;
    };
    return {
      geometry: { mode, pads },
      shape,
      out: shape.map((size, i) => size + pads[i]![0] + pads[i]![1]),
      from: (index) => index.map((place, i) => mirror(place - pads[i]![0], shape[i]!)),
      compute: (x) => tf.mirrorPad(x, pads, mode),
    };
  }),
  moves("depthToSpace", (draw) => {
    const block = draw.whole(2, 3);
    const [n, h, w, c] = [draw.whole(2, 3), draw.whole(1, 3), draw.whole(1, 3), draw.whole(1, 2)];
    return {
      geometry: { block },
      shape: [n, h, w, c * block * block],
      out: [n, h * block, w * block, c],
      from: ([b, i, j, channel]) => [
        b!,
        Math.floor(i! / block),
        Math.floor(j! / block),
        ((i! % block) * block + (j! % block)) * c + channel!,
      ],
      compute: (x) => tf.depthToSpace(x as tf.Tensor4D, block),
    };
  }),
  moves("transpose", (draw) => {
    const shape = draw.wholes(draw.whole(2, 5), 1, 4);
    const order = draw.order(shape.length);
    return {
      geometry: { order },
      shape,
      out: order.map((axis) => shape[axis]!),
      from: (index) => shape.map((_, axis) => index[order.indexOf(axis)]!),
      compute: (x) => tf.transpose(x, order),
    };
  }),
  moves("slice", (draw) => {
    const shape = draw.wholes(draw.whole(1, 5), 1, 5);
    const begin = shape.map((size) => draw.whole(0, size - 1));
    const out = shape.map((size, i) => draw.whole(1, size - begin[i]!));
    return {
      geometry: { begin, out },
      shape,
      out,
      from: (index) => index.map((place, i) => place + begin[i]!),
      compute: (x) => tf.slice(x, begin, out),
    };
  }),
  moves("reverse", (draw) => {
    const shape = draw.wholes(draw.whole(1, 4), 1, 4);
    const axes = shape.map((_, axis) => axis).filter(() => draw.whole(0, 1) === 1);
    // None at all means all of them.
    const turned = axes.length > 0 ? axes : [0];
    return {
      geometry: { turned },
      shape,
      out: shape,
      from: (index) => index.map((place, i) => (turned.includes(i) ? shape[i]! - 1 - place : place)),
      compute: (x) => tf.reverse(x, turned),
    };
  }),
  moves("tile", (draw) => {
    const shape = draw.wholes(draw.whole(1, 4), 1, 3);
    const times = shape.map(() => draw.whole(1, 3));
    return {
      geometry: { times },
      shape,
      out: shape.map((size, i) => size * times[i]!),
      from: (index) => index.map((place, i) => place % shape[i]!),
      compute: (x) => tf.tile(x, times),
    };
  }),
  moves("gather", (draw) => {
    const shape = draw.wholes(draw.whole(2, 4), 2, 4);
    const batchDims = draw.whole(0, Math.min(2, shape.length - 1));
    const axis = draw.whole(batchDims, shape.length - 1);
    const outer = shape.slice(0, batchDims);
    const picked = draw.wholes(draw.whole(1, 2), 1, 3);
    const indexShape = [...outer, ...picked];
    const chosen: Nd = fill(indexShape, () => draw.whole(0, shape[axis]! - 1));
    return {
      geometry: { batchDims, axis, indices: chosen },
      shape,
      out: [...shape.slice(0, axis), ...picked, ...shape.slice(axis + 1)],
      from: (index) => {
        const place = index.slice(axis, axis + picked.length);
        const row = at(chosen, [...index.slice(0, batchDims), ...place]);
        return [...index.slice(0, axis), row, ...index.slice(axis + picked.length)];
      },
      compute: (x) => tf.gather(x, tf.tensor([...chosen.values], indexShape, "int32"), axis, batchDims),
    };
  }),
  moves("spaceToBatchND", (draw) => {
    const [n, h, w, c] = [2, draw.whole(1, 3), draw.whole(1, 3), draw.whole(1, 2)];
    const block = draw.wholes(2, 1, 3);
    const shape = [n, h * block[0]!, w * block[1]!, c];
    return {
      geometry: { block },
      shape,
      out: [n * block[0]! * block[1]!, h, w, c],
      from: ([b, i, j, channel]) => {
        const part = Math.floor(b! / n);
        const [up, across] = [Math.floor(part / block[1]!), part % block[1]!];
        return [b! % n, i! * block[0]! + up, j! * block[1]! + across, channel!];
      },
      compute: (x) =>
        tf.spaceToBatchND(x, block, [
          [0, 0],
          [0, 0],
        ]),
    };
  }),
];

const joining: readonly Operation[] = [
  {
    name: "concat",
    draw(draw) {
      const shape = draw.wholes(draw.whole(1, 4), 1, 4);
      const axis = draw.whole(0, shape.length - 1);
      const other = replace(shape, axis, draw.whole(1, 4));
      const first = shape[axis]!;
      return {
        geometry: { shape, other, axis },
        inputs: [{ shape }, { shape: other }],
        compute: (a, b) => tf.concat([a!, b!], axis),
        meaning: {
          kind: "function",
          of: (a, b) =>
            fill(replace(shape, axis, first + other[axis]!), (index) =>
              index[axis]! < first ? at(a!, index) : at(b!, replace(index, axis, index[axis]! - first)),
            ),
        },
      };
    },
  },
  {
    name: "stack",
    draw(draw) {
      const shape = draw.wholes(draw.whole(1, 3), 1, 4);
      const axis = draw.whole(0, shape.length);
      return {
        geometry: { shape, axis },
        inputs: [{ shape }, { shape }],
        compute: (a, b) => tf.stack([a!, b!], axis),
        meaning: {
          kind: "function",
          of: (a, b) => fill(insert(shape, axis, 2), (index) => at(index[axis] === 0 ? a! : b!, remove(index, axis))),
        },
      };
    },
  },
  {
    name: "split and unstack",
    draw(draw) {
      const shape = draw.wholes(draw.whole(1, 3), 1, 3);
      const axis = draw.whole(0, shape.length - 1);
      const parts = draw.whole(2, 3);
      const whole = replace(shape, axis, shape[axis]! * parts);
      return {
        geometry: { whole, axis, parts },
        inputs: [{ shape: whole }],
        // The last part, and the first slice of it.
        compute: (x) => tf.unstack(tf.split(x!, parts, axis)[parts - 1]!, axis)[0]!,
        meaning: {
          kind: "function",
          of: (x) => fill(remove(shape, axis), (index) => at(x!, insert(index, axis, shape[axis]! * (parts - 1)))),
        },
      };
    },
  },
];

/** Resizing, and what moves numbers about. */
export const imageOperations: readonly Operation[] = [...resizing, ...moving, ...joining];

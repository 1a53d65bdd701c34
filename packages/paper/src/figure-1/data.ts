import {
  also,
  increasing,
  list,
  Mismatch,
  number,
  object,
  sameLength,
  text,
  type Check,
} from "../contract/data-checks.ts";

/** Points of a line: as many `y` as `x`. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** One network, cut where its activation pattern changes. */
export interface FittedNet {
  /** The activation, such as `"kwta:0.1"` or `"relu"`. */
  readonly name: string;
  /** What the legend says. */
  readonly label: string;
  /** One piece for each stretch with one activation pattern; a continuous network may be one piece. */
  readonly pieces: readonly Curve[];
}

/** A function of one variable, sample points, and what networks fit to them. */
export interface Figure1Data {
  readonly x: readonly number[];
  readonly target: readonly number[];
  readonly points: Curve;
  /** First the k-WTA net, then the ReLU net. */
  readonly nets: readonly FittedNet[];
  /** The stretch of x that is enlarged. */
  readonly detail: { readonly from: number; readonly to: number };
}

const curve = also<Curve>(object({ x: list(number, 1), y: list(number, 1) }), ({ x, y }, path) =>
  sameLength(y, `${path}.y`, x, "x"),
);

/** @see Figure1Data */
export const check: Check = also<Figure1Data>(
  object({
    x: increasing,
    target: list(number),
    points: curve,
    nets: list(object({ name: text, label: text, pieces: list(curve, 1) }), 1),
    detail: object({ from: number, to: number }),
  }),
  ({ x, target, detail }, path) => {
    sameLength(target, `${path}.target`, x, "x");
    if (!(detail.from < detail.to)) throw new Mismatch(`${path}.detail ends before it begins`);
  },
);

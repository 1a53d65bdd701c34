import { layers } from "@tensorflow/tfjs-layers";
import { BatchTopK } from "./batch-top-k/batch-top-k-layer.ts";
import { BreakReLU } from "./break-relu/break-relu-layer.ts";
import { checkHeight } from "./break-relu/break-relu.ts";
import { KWTAAbs } from "./kwta-abs/kwta-abs-layer.ts";
import { checkBoosting, KWTABoosted, type Boosting } from "./kwta-boosted/kwta-boosted-layer.ts";
import { KWTAChannel } from "./kwta-channel/kwta-channel-layer.ts";
import { KWTAStat } from "./kwta-stat/kwta-stat-layer.ts";
import { KWTAK } from "./kwta/kwta-k-layer.ts";
import { KWTA } from "./kwta/kwta-layer.ts";
import { checkK } from "./kwta/kwta.ts";
import { LWTA } from "./lwta/lwta-layer.ts";
import { MaxPoolGroups } from "./max-pool-groups/max-pool-groups-layer.ts";
import { MeanSparse } from "./mean-sparse/mean-sparse-layer.ts";
import { checkWidth } from "./mean-sparse/mean-sparse.ts";
import { checkGroupSize } from "./shared/group-size.ts";
import { parseSpec, readNumber, readNumbers, splitSpecs, type SpecReader } from "./shared/spec.ts";
import { checkGamma } from "./shared/winner-count.ts";
import { StatisticalTopK } from "./statistical-top-k/statistical-top-k-layer.ts";
import { StochasticLWTA } from "./stochastic-lwta/stochastic-lwta-layer.ts";
import { checkTemperature } from "./stochastic-lwta/stochastic-lwta.ts";

/** What stands in the activation slots of a network. */
export type Activation =
  | ({ readonly kind: "kwta"; readonly gamma: number } & Boosting)
  | { readonly kind: "kwta-channel"; readonly gamma: number }
  | { readonly kind: "kwta-abs"; readonly gamma: number }
  | { readonly kind: "kwta-k"; readonly k: number }
  | { readonly kind: "kwta-stat"; readonly gamma: number }
  | { readonly kind: "batch-top-k"; readonly gamma: number }
  | { readonly kind: "lwta"; readonly size: number }
  | { readonly kind: "stochastic-lwta"; readonly size: number; readonly temperature?: number }
  | { readonly kind: "max-pool"; readonly size: number }
  | { readonly kind: "break-relu"; readonly height: number }
  | { readonly kind: "mean-sparse"; readonly width: number }
  | { readonly kind: "statistical-top-k"; readonly gamma: number }
  | { readonly kind: "relu" }
  | { readonly kind: "silu" };

/** Options of {@link activationLayer}. */
export interface ActivationLayerOptions {
  /** The layer's name. @defaultValue one that TensorFlow.js makes up */
  readonly name?: string;
}

/**
 * Reads an activation spec:
 *
 * - `"kwta:0.1"`: k-WTA over the whole layer, the paper's; gamma is the fraction of values that win
 * - `"kwta:0.1,boost=1.5,inference=1.5,period=1000"`, any of the three: the same with duty cycles, see {@link KWTABoosted}
 * - `"kwta-channel:0.2"`: k-WTA within each channel
 * - `"kwta-abs:0.2"`: k-WTA within each channel, by |x|
 * - `"kwta-k:64"`: k-WTA over the whole layer with a fixed number of winners
 * - `"kwta-stat:0.1"`: k-WTA whose threshold is estimated from mean and standard deviation
 * - `"batch-top-k:0.1"`: k-WTA over the whole batch in training, and a threshold that was learned then otherwise
 * - `"lwta:2"`: the winner of each group of 2 channels
 * - `"stochastic-lwta:2"` or `"stochastic-lwta:2,temperature=0.67"`: the same, but the winner is drawn
 * - `"max-pool:2"`: the largest of each group of 2 channels, leaving half the channels
 * - `"break-relu:5"`: ReLU with a jump of that height
 * - `"mean-sparse:0.25"`: values near the mean of their channel become the mean; then ReLU
 * - `"statistical-top-k:0.1"`: what lies above the estimated threshold, less the threshold
 * - `"relu"`
 * - `"silu"`: x * sigmoid(x), also called swish
 *
 * @throws Error that lists the known ones, or says what is wrong with the number
 */
export function parseActivation(spec: string): Activation {
  return parseSpec<Activation>("activation", spec, ACTIVATIONS);
}

/**
 * Reads a list of specs, as model ids have them: `"kwta:0.1,boost=1.5,relu"` is two.
 *
 * @throws Error as {@link parseActivation} does
 */
export function parseActivations(list: string): Activation[] {
  return splitSpecs(list).map(parseActivation);
}

/** The spec that {@link parseActivation} reads as this activation. */
export function formatActivation(activation: Activation): string {
  return entry(activation).format(activation);
}

/** A new layer for an activation slot. */
export function activationLayer(spec: string | Activation, options: ActivationLayerOptions = {}): layers.Layer {
  const activation = typeof spec === "string" ? parseActivation(spec) : spec;
  return entry(activation).layer(activation, options);
}

interface Entry<A extends Activation> extends SpecReader<A> {
  format(activation: A): string;
  layer(activation: A, options: ActivationLayerOptions): layers.Layer;
}

/** Every activation there is: how it is written, read and built. */
const ACTIVATIONS: { readonly [K in Activation["kind"]]: Entry<Extract<Activation, { kind: K }>> } = {
  kwta: {
    usage: "kwta:GAMMA[,boost=NUMBER][,inference=FACTOR][,period=SAMPLES] (such as kwta:0.1)",
    read(argument) {
      const numbers = readNumbers(argument, BOOSTING);
      if (numbers === undefined) return undefined;
      const { value: gamma, others } = numbers;
      checkGamma(gamma);
      checkBoosting(gamma, others);
      return { kind: "kwta", gamma, ...others };
    },
    format: ({ gamma, ...others }) => `kwta:${gamma}${formatOthers(others, BOOSTING)}`,
    layer: ({ gamma, boost, inference, period }, options) =>
      [boost, inference, period].every((each) => each === undefined)
        ? new KWTA({ ...options, gamma })
        : new KWTABoosted({
            ...options,
            gamma,
            ...(boost !== undefined && { boost }),
            ...(inference !== undefined && { inference }),
            ...(period !== undefined && { period }),
          }),
  },
  "kwta-channel": {
    usage: "kwta-channel:GAMMA",
    read: number(checkGamma, (gamma) => ({ kind: "kwta-channel", gamma })),
    format: ({ gamma }) => `kwta-channel:${gamma}`,
    layer: ({ gamma }, options) => new KWTAChannel({ ...options, gamma }),
  },
  "kwta-abs": {
    usage: "kwta-abs:GAMMA",
    read: number(checkGamma, (gamma) => ({ kind: "kwta-abs", gamma })),
    format: ({ gamma }) => `kwta-abs:${gamma}`,
    layer: ({ gamma }, options) => new KWTAAbs({ ...options, gamma }),
  },
  "kwta-k": {
    usage: "kwta-k:K",
    read: number(checkK, (k) => ({ kind: "kwta-k", k })),
    format: ({ k }) => `kwta-k:${k}`,
    layer: ({ k }, options) => new KWTAK({ ...options, k }),
  },
  "kwta-stat": {
    usage: "kwta-stat:GAMMA",
    read: number(checkGamma, (gamma) => ({ kind: "kwta-stat", gamma })),
    format: ({ gamma }) => `kwta-stat:${gamma}`,
    layer: ({ gamma }, options) => new KWTAStat({ ...options, gamma }),
  },
  "batch-top-k": {
    usage: "batch-top-k:GAMMA",
    read: number(checkGamma, (gamma) => ({ kind: "batch-top-k", gamma })),
    format: ({ gamma }) => `batch-top-k:${gamma}`,
    layer: ({ gamma }, options) => new BatchTopK({ ...options, gamma }),
  },
  lwta: {
    usage: "lwta:SIZE",
    read: number(checkGroupSize, (size) => ({ kind: "lwta", size })),
    format: ({ size }) => `lwta:${size}`,
    layer: ({ size }, options) => new LWTA({ ...options, size }),
  },
  "stochastic-lwta": {
    usage: "stochastic-lwta:SIZE[,temperature=NUMBER]",
    read(argument) {
      const numbers = readNumbers(argument, ["temperature"]);
      if (numbers === undefined) return undefined;
      const { value: size, others } = numbers;
      checkGroupSize(size);
      checkTemperature(others.temperature ?? 0);
      return { kind: "stochastic-lwta", size, ...others };
    },
    format: ({ size, ...others }) => `stochastic-lwta:${size}${formatOthers(others, ["temperature"])}`,
    layer: ({ size, temperature }, options) =>
      new StochasticLWTA({ ...options, size, ...(temperature !== undefined && { temperature }) }),
  },
  "max-pool": {
    usage: "max-pool:SIZE",
    read: number(checkGroupSize, (size) => ({ kind: "max-pool", size })),
    format: ({ size }) => `max-pool:${size}`,
    layer: ({ size }, options) => new MaxPoolGroups({ ...options, size }),
  },
  "break-relu": {
    usage: "break-relu:HEIGHT",
    read: number(checkHeight, (height) => ({ kind: "break-relu", height })),
    format: ({ height }) => `break-relu:${height}`,
    layer: ({ height }, options) => new BreakReLU({ ...options, height }),
  },
  "mean-sparse": {
    usage: "mean-sparse:WIDTH",
    read: number(checkWidth, (width) => ({ kind: "mean-sparse", width })),
    format: ({ width }) => `mean-sparse:${width}`,
    layer: ({ width }, options) => new MeanSparse({ ...options, width }),
  },
  "statistical-top-k": {
    usage: "statistical-top-k:GAMMA",
    read: number(checkGamma, (gamma) => ({ kind: "statistical-top-k", gamma })),
    format: ({ gamma }) => `statistical-top-k:${gamma}`,
    layer: ({ gamma }, options) => new StatisticalTopK({ ...options, gamma }),
  },
  relu: {
    usage: "relu",
    read: (argument) => (argument === undefined ? { kind: "relu" } : undefined),
    format: () => "relu",
    layer: (_, options) => layers.reLU(options),
  },
  silu: {
    usage: "silu",
    read: (argument) => (argument === undefined ? { kind: "silu" } : undefined),
    format: () => "silu",
    layer: (_, options) => layers.activation({ ...options, activation: "swish" }),
  },
};

/** Reads the one number that an activation has; `check` throws to say what is wrong with it. */
function number<A>(check: (value: number) => unknown, make: (value: number) => A): SpecReader<A>["read"] {
  return (argument) => {
    const value = readNumber(argument);
    if (value === undefined) return undefined;
    check(value);
    return make(value);
  };
}

/** What {@link readNumbers} reads as `others`. */
function formatOthers<K extends string>(others: Readonly<Partial<Record<K, unknown>>>, keys: readonly K[]): string {
  return keys.map((key) => (others[key] === undefined ? "" : `,${key}=${String(others[key])}`)).join("");
}

const BOOSTING = ["boost", "inference", "period"] as const satisfies readonly (keyof Boosting)[];

function entry(activation: Activation): Entry<Activation> {
  return ACTIVATIONS[activation.kind] as Entry<Activation>;
}

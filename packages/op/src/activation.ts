import { layers } from "@tensorflow/tfjs-layers";
import { BreakReLU } from "./break-relu/break-relu-layer.ts";
import { checkHeight } from "./break-relu/break-relu.ts";
import { KWTAAbs } from "./kwta-abs/kwta-abs-layer.ts";
import { KWTAChannel } from "./kwta-channel/kwta-channel-layer.ts";
import { KWTAK } from "./kwta/kwta-k-layer.ts";
import { KWTA } from "./kwta/kwta-layer.ts";
import { checkK } from "./kwta/kwta.ts";
import { LWTA } from "./lwta/lwta-layer.ts";
import { MaxPoolGroups } from "./max-pool-groups/max-pool-groups-layer.ts";
import { checkGroupSize } from "./shared/group-size.ts";
import { parseSpec, readNumber, type SpecReader } from "./shared/spec.ts";
import { checkGamma } from "./shared/winner-count.ts";

/** What stands in the activation slots of a network. */
export type Activation =
  | { readonly kind: "kwta"; readonly gamma: number }
  | { readonly kind: "kwta-channel"; readonly gamma: number }
  | { readonly kind: "kwta-abs"; readonly gamma: number }
  | { readonly kind: "kwta-k"; readonly k: number }
  | { readonly kind: "lwta"; readonly size: number }
  | { readonly kind: "max-pool"; readonly size: number }
  | { readonly kind: "break-relu"; readonly height: number }
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
 * - `"kwta-channel:0.2"`: k-WTA within each channel
 * - `"kwta-abs:0.2"`: k-WTA within each channel, by |x|
 * - `"kwta-k:64"`: k-WTA over the whole layer with a fixed number of winners
 * - `"lwta:2"`: the winner of each group of 2 channels
 * - `"max-pool:2"`: the largest of each group of 2 channels, leaving half the channels
 * - `"break-relu:5"`: ReLU with a jump of that height
 * - `"relu"`
 * - `"silu"`: x * sigmoid(x), also called swish
 *
 * @throws Error that lists the known ones, or says what is wrong with the number
 */
export function parseActivation(spec: string): Activation {
  return parseSpec<Activation>("activation", spec, ACTIVATIONS);
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
    usage: "kwta:GAMMA (such as kwta:0.1)",
    read: number(checkGamma, (gamma) => ({ kind: "kwta", gamma })),
    format: ({ gamma }) => `kwta:${gamma}`,
    layer: ({ gamma }, options) => new KWTA({ ...options, gamma }),
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
  lwta: {
    usage: "lwta:SIZE",
    read: number(checkGroupSize, (size) => ({ kind: "lwta", size })),
    format: ({ size }) => `lwta:${size}`,
    layer: ({ size }, options) => new LWTA({ ...options, size }),
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

function entry(activation: Activation): Entry<Activation> {
  return ACTIVATIONS[activation.kind] as Entry<Activation>;
}

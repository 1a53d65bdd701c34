import { layers } from "@tensorflow/tfjs-layers";
import { KWTA } from "./kwta-layer.ts";
import { parseSpec, readNumber, type SpecReader } from "./_spec.ts";
import { checkGamma } from "./winner-count.ts";

/** What stands in the activation slots of a network. */
export type Activation = { readonly kind: "relu" } | { readonly kind: "kwta"; readonly gamma: number };

/** Options of {@link activationLayer}. */
export interface ActivationLayerOptions {
  /** The layer's name. @defaultValue one that TensorFlow.js makes up */
  readonly name?: string;
}

/**
 * Reads an activation spec: `"relu"` or `"kwta:0.1"`.
 *
 * @throws Error that lists the known ones, or says what is wrong with gamma
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
    read(argument) {
      const gamma = readNumber(argument);
      if (gamma === undefined) return undefined;
      checkGamma(gamma);
      return { kind: "kwta", gamma };
    },
    format: ({ gamma }) => `kwta:${gamma}`,
    layer: ({ gamma }, options) => new KWTA({ ...options, gamma }),
  },
  relu: {
    usage: "relu",
    read: (argument) => (argument === undefined ? { kind: "relu" } : undefined),
    format: () => "relu",
    layer: (_, options) => layers.reLU(options),
  },
};

function entry(activation: Activation): Entry<Activation> {
  return ACTIVATIONS[activation.kind] as Entry<Activation>;
}

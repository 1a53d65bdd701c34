import { InputError, show } from "@kwta/core";
import type { layers } from "@tensorflow/tfjs-layers";

/** What a network may have at most: 2 GB of numbers, and as many layers as TensorFlow.js can connect. */
const MOST = { parameters: 500_000_000, layers: 2000 } as const;

interface Rehearsal {
  parameters: number;
  layers: number;
}

let rehearsal: Rehearsal | undefined;

/**
 * Builds a network without making any of its weights, so that a size that cannot be is refused while it costs nothing.
 *
 * @param name of the network, for the error
 * @param body builds it, with layers that {@link rehearseLayer} has seen
 * @throws InputError when it has too many parameters or layers
 */
export function rehearse(name: string, body: () => unknown): void {
  rehearsal = { parameters: 0, layers: 0 };
  try {
    body();
    check(name, rehearsal);
  } catch (error) {
    // What came before the refusal says enough.
    if (error instanceof TooLarge) check(name, rehearsal);
    throw error;
  } finally {
    rehearsal = undefined;
  }
}

class TooLarge extends Error {}

/** In a rehearsal, lets a layer count its weights instead of making them. */
export function rehearseLayer(layer: layers.Layer): void {
  const counted = rehearsal;
  if (counted === undefined) return;
  if (++counted.layers > MOST.layers) throw new TooLarge();
  Object.defineProperty(layer, "addWeight", {
    value: (_name: string, shape: readonly number[]) => {
      counted.parameters += shape.reduce((product, n) => product * n, 1);
      if (counted.parameters > MOST.parameters) throw new TooLarge();
    },
  });
}

function check(name: string, { parameters, layers: count }: Rehearsal): void {
  const most = parameters > MOST.parameters ? MOST.parameters : count > MOST.layers ? MOST.layers : undefined;
  if (most === undefined) return;
  const what = most === MOST.parameters ? "parameters" : "layers";
  throw new InputError(
    `The network ${show(name)} would have more than ${most.toLocaleString("en")} ${what}. Choose a smaller width, depth or number of classes.`,
  );
}

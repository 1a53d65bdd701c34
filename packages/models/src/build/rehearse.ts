import { InputError, show } from "@kwta/core";
import { withAddWeight, type AddWeight, type Weight } from "./with-add-weight.ts";

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
 * @param body builds it, and tells {@link countLayer} of each layer
 * @throws InputError when it has too many parameters or layers
 */
export function rehearse(name: string, body: () => unknown): void {
  const counted = (rehearsal = { parameters: 0, layers: 0 });
  const count: AddWeight = (_, shape) => {
    counted.parameters += shape.reduce((product, n) => product * n, 1);
    if (counted.parameters > MOST.parameters) throw new TooLarge();
    return undefined as unknown as Weight;
  };
  try {
    withAddWeight(() => count, body);
  } catch (error) {
    if (error instanceof TooLarge) refuse(name, counted);
    throw error;
  } finally {
    rehearsal = undefined;
  }
}

class TooLarge extends Error {}

/** In a rehearsal, counts one more layer. */
export function countLayer(): void {
  if (rehearsal !== undefined && ++rehearsal.layers > MOST.layers) throw new TooLarge();
}

function refuse(name: string, { parameters }: Rehearsal): never {
  const what = parameters > MOST.parameters ? "parameters" : "layers";
  throw new InputError(
    `The network ${show(name)} would have more than ${MOST[what].toLocaleString("en")} ${what}. ` +
      "Choose a smaller width, depth or number of classes.",
  );
}

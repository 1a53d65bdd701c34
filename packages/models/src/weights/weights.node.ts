import { readInput, show } from "@kwta/core";
import { openCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { decodeWeights, type Weights, type WeightsOptions } from "./weights.ts";

/**
 * `decodeWeights` of a file.
 *
 * @throws InputError that names the file and, where it is to blame, the tensor
 */
export async function readWeights(path: string, options: WeightsOptions = {}): Promise<Weights> {
  return decodeWeights(await readInput(path), show(path), options);
}

/**
 * `openCheckpoint` of a file.
 *
 * @throws InputError that names the file
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  return openCheckpoint(await readInput(path), show(path));
}

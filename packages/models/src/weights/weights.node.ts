import { readInput, show } from "@kwta/core";
import { decodeWeights, type Weights } from "./weights.ts";

/**
 * `decodeWeights` of a file.
 *
 * @throws InputError that names the file and, where it is to blame, the tensor
 */
export async function readWeights(path: string): Promise<Weights> {
  return decodeWeights(await readInput(path), show(path));
}

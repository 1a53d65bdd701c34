import { inputError } from "./errors.ts";

/**
 * @param layer a name for the message
 * @throws Error unless `size` is a whole number of at least 2 that divides the channels, where those are known
 */
export function checkGroupSize(size: number, channels?: number | null, layer?: string): void {
  const where = layer === undefined ? "" : `Layer ${JSON.stringify(layer)}: `;
  if (!(Number.isInteger(size) && size >= 2)) {
    throw inputError(`${where}the group size is ${size}; it must be a whole number of at least 2.`);
  }
  if (typeof channels === "number" && channels % size !== 0) {
    throw inputError(
      `${where}${channels} channels do not split into groups of ${size}. Use a group size that divides them.`,
    );
  }
}

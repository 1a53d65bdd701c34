import { decodeSafetensors, encodeSafetensors, InputError, type NamedTensor } from "@kwta/core";

/** Everything that a training needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Steps made so far. */
  readonly step: number;
  readonly weights: ReadonlyMap<string, NamedTensor>;
  readonly velocities: ReadonlyMap<string, NamedTensor>;
}

/** A checkpoint as a safetensors file: `model/NAME` and `optimizer/NAME`, the step in the metadata. */
export function encodeCheckpoint({ step, weights, velocities }: Checkpoint): Uint8Array {
  const tensors = new Map<string, NamedTensor>();
  for (const [name, value] of weights) tensors.set(MODEL + name, value);
  for (const [name, value] of velocities) tensors.set(OPTIMIZER + name, value);
  return encodeSafetensors({ tensors, metadata: { format: FORMAT, step: String(step) } });
}

/**
 * Reads what {@link encodeCheckpoint} wrote.
 *
 * @param source named in errors
 * @throws InputError when it is damaged or something else
 */
export function decodeCheckpoint(bytes: Uint8Array, source: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const step = Number(metadata["step"]);
  if (metadata["format"] !== FORMAT || !Number.isSafeInteger(step) || step < 0) {
    throw new InputError(`${source} is not a kwta checkpoint. Name the folder of a run, or start without --resume.`);
  }
  const part = (prefix: string): Map<string, NamedTensor> =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  return { step, weights: part(MODEL), velocities: part(OPTIMIZER) };
}

const FORMAT = "kwta-checkpoint@1";
const MODEL = "model/";
const OPTIMIZER = "optimizer/";

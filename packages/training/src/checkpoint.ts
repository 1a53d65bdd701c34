import {
  decodeSafetensors,
  digest,
  encodeSafetensors,
  InputError,
  isObject,
  parseJson,
  show,
  stableJson,
  type NamedTensor,
} from "@kwta/core";

/** Everything that a training needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Steps made so far. */
  readonly step: number;
  readonly weights: ReadonlyMap<string, NamedTensor>;
  /** The state of the optimizer: `SLOT/NAME`. */
  readonly optimizer: ReadonlyMap<string, NamedTensor>;
  /** Averages of the weights, where they are kept. */
  readonly ema?: ReadonlyMap<string, NamedTensor>;
  /** What the method carries from step to step. */
  readonly carried?: ReadonlyMap<string, NamedTensor>;
  /** The weights of the last epoch that was good, where one may have to go back to them. */
  readonly good?: ReadonlyMap<string, NamedTensor>;
  /** Numbers that the loop remembers, such as the best accuracy so far. */
  readonly memory?: Readonly<Record<string, number>>;
}

/**
 * A checkpoint as a safetensors file: `model/NAME`, `optimizer/SLOT/NAME`, ...; in the metadata the step, and a digest of all
 * of it.
 */
export async function encodeCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array> {
  const tensors = new Map<string, NamedTensor>();
  for (const [part, prefix] of PARTS) {
    for (const [name, value] of checkpoint[part] ?? []) tensors.set(prefix + name, value);
  }
  const { step, memory = {} } = checkpoint;
  const said = { format: FORMAT, step: String(step), memory: JSON.stringify(memory) };
  return encodeSafetensors({ tensors, metadata: { ...said, sha256: await digestOf(tensors, said) } });
}

/**
 * Reads what {@link encodeCheckpoint} wrote.
 *
 * @param source named in errors
 * @throws InputError when it is damaged or something else
 */
export async function decodeCheckpoint(bytes: Uint8Array, source: string): Promise<Checkpoint> {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const { sha256, ...said } = metadata;
  const step = Number(metadata["step"]);
  const memory = metadata["format"] === FORMAT ? parseJson(metadata["memory"] ?? "{}", source) : undefined;
  if (!isObject(memory) || !Number.isSafeInteger(step) || step < 0) {
    throw new InputError(
      `${source} is not a checkpoint of this version of kwta. Name the folder of a run, or start without --resume.`,
    );
  }
  if (sha256 !== (await digestOf(tensors, said))) {
    throw new InputError(`${source} is damaged: it has not the digest ${show(sha256)} that it says.`);
  }
  const part = (prefix: string): Map<string, NamedTensor> =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  const parts = Object.fromEntries(PARTS.map(([name, prefix]) => [name, part(prefix)])) as Record<
    (typeof PARTS)[number][0],
    Map<string, NamedTensor>
  >;
  const { weights, optimizer, ema, carried, good } = parts;
  return {
    step,
    weights,
    optimizer,
    ...(ema.size > 0 && { ema }),
    ...(carried.size > 0 && { carried }),
    ...(good.size > 0 && { good }),
    ...(Object.keys(memory).length > 0 && { memory: memory as Record<string, number> }),
  };
}

async function digestOf(
  tensors: ReadonlyMap<string, NamedTensor>,
  said: Readonly<Record<string, string>>,
): Promise<string> {
  const shapes = [...tensors].map(([name, { shape }]) => [name, shape]);
  return digest(stableJson([said, shapes]), ...[...tensors.values()].map(({ data }) => data));
}

const FORMAT = "kwta-checkpoint@2";
const PARTS = [
  ["weights", "model/"],
  ["optimizer", "optimizer/"],
  ["ema", "ema/"],
  ["carried", "carried/"],
  ["good", "good/"],
] as const;

import { runAttack, type Classifier, type ThreatModel } from "@kwta/attacks";
import { select, type Evaluation, type ProtocolEntry, type Samples } from "@kwta/evaluation";

/** One attacked image, to look at. */
export interface AttackExample {
  readonly id: number;
  readonly shape: readonly number[];
  readonly label: number;
  /** The class that the adversarial image is taken for. */
  readonly predicted: number;
  readonly fooled: boolean;
  /** Pixels as base64 of little-endian float32. */
  readonly original: string;
  readonly adversarial: string;
}

/** @see {@link attackExamples} */
export interface ExamplesOptions {
  readonly threat: ThreatModel;
  readonly seed: number;
  /** @defaultValue 6 */
  readonly count?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Attacks a few images once more to look at them: first some that the attack breaks. Attacks depend on seed and sample
 * id alone, so these are the very images behind the evaluation's numbers.
 */
export async function attackExamples(
  classifier: Classifier,
  samples: Samples,
  entry: ProtocolEntry,
  evaluation: Evaluation,
  { threat, seed, count = 6, signal }: ExamplesOptions,
): Promise<AttackExample[]> {
  const errors = new Set(evaluation.cleanErrors);
  const broken = new Set(evaluation.entries.find(({ id }) => id === entry.id)?.broken);
  const correct = Array.from(samples.labels.keys()).filter((i) => !errors.has(i));
  const chosen = [...correct.filter((i) => broken.has(i)), ...correct.filter((i) => !broken.has(i))].slice(0, count);
  if (chosen.length === 0) return [];
  const { x, labels, ids } = select(samples, chosen);
  const params = entry.params === undefined ? {} : { params: entry.params };
  const before = await x.data<"float32">();
  const attack = runAttack(entry.attack, classifier, { x, labels }, { ...params, threat, seed, ids, signal });
  const result = await attack.finally(() => x.dispose());
  const after = await result.adversarial.data<"float32">();
  result.dispose();
  const size = before.length / chosen.length;
  const pixels = (all: Float32Array, i: number): string => toBase64(all.slice(i * size, (i + 1) * size));
  return chosen.map((_, i) => ({
    id: ids[i]!,
    shape: x.shape.slice(1),
    label: labels[i]!,
    predicted: result.predicted[i]!,
    fooled: result.success[i] === 1,
    original: pixels(before, i),
    adversarial: pixels(after, i),
  }));
}

/** Floats as text that JSON can hold. */
export function toBase64(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The inverse of {@link toBase64}. */
export function fromBase64(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);
}

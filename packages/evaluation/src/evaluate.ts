import type { Classifier, ThreatModel } from "@kwta/attacks";
import { breathe, type LongWork } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { robustnessCurve } from "./curve.ts";
import type { Curve, EntryResult, Evaluation } from "./evaluation.ts";
import type { Protocol, ProtocolEntry } from "./protocol.ts";
import { rate } from "./rate.ts";
import { runEntry, type AttackSetting } from "./run-entry.ts";
import { checkSamples, type Samples } from "./samples.ts";

/** @see {@link evaluate} */
export interface EvaluateOptions extends LongWork {
  readonly protocol: Protocol;
  readonly threat: ThreatModel;
  /** @defaultValue 0 */
  readonly seed?: number;
  /** Samples in one engine call. @defaultValue 100 */
  readonly batchSize?: number;
  /** Sizes of the perturbation for curves of the attacks that ran on all samples. @defaultValue none */
  readonly epsilons?: readonly number[];
  /** Parts that were done before, as `onPart` gave them: they are not done again. */
  readonly done?: readonly EvaluationPart[];
  /** Called with each finished part; keep them, and an evaluation that was stopped can go on. */
  readonly onPart?: (part: EvaluationPart) => Promise<void>;
  /** Named in progress events. @defaultValue "evaluate" */
  readonly task?: string;
}

/** The result of one attack, or one curve. */
export type EvaluationPart =
  | { readonly kind: "entry"; readonly entry: EntryResult }
  | { readonly kind: "curve"; readonly curve: Curve };

/**
 * Runs every attack of a protocol on the same samples, each on its own, and takes the worst case of each sample.
 *
 * @throws InputError for samples or settings that cannot be used
 * @throws AbortedError when the signal stopped it
 */
export async function evaluate(
  classifier: Classifier,
  samples: Samples,
  options: EvaluateOptions,
): Promise<Evaluation> {
  checkSamples(samples);
  const { protocol, threat, seed = 0, batchSize = 100, epsilons = [], done = [] } = options;
  const n = samples.labels.length;
  const setting = { threat, seed, batchSize, signal: options.signal };
  const progress = (task: string): AttackSetting => ({ ...setting, onProgress: renamed(options, task) });

  const cleanErrors = await findErrors(classifier, samples, setting);
  const clean = rate(n - cleanErrors.length, n);
  const entries: EntryResult[] = [];
  for (const entry of protocol.entries) {
    const kept = done.flatMap((part) => (part.kind === "entry" && part.entry.id === entry.id ? [part.entry] : []))[0];
    const result = kept ?? (await runEntry(classifier, samples, entry, progress(entry.id)));
    if (kept === undefined) await options.onPart?.({ kind: "entry", entry: result });
    entries.push(result);
  }
  const curves: Curve[] = [];
  for (const [entry, anchor] of epsilons.length === 0 ? [] : wholeEntries(protocol, entries, n)) {
    const kept = done.flatMap((part) => (part.kind === "curve" && part.curve.id === entry.id ? [part.curve] : []))[0];
    const attack = progress(`${entry.id} over eps`);
    const curve = kept ?? (await robustnessCurve(classifier, samples, entry, anchor, epsilons, clean, attack));
    if (kept === undefined) await options.onPart?.({ kind: "curve", curve });
    curves.push(curve);
  }
  const broken = new Set([...cleanErrors, ...entries.flatMap((entry) => entry.broken)]);
  return {
    schema: "kwta-evaluation@1",
    protocol: protocol.id,
    threat: { norm: threat.norm, eps: threat.eps },
    seed,
    n,
    clean,
    cleanErrors,
    entries,
    robust: rate(n - broken.size, n),
    curves,
  };
}

function renamed({ onProgress, task = "evaluate" }: EvaluateOptions, part: string): LongWork["onProgress"] {
  return onProgress && ((progress) => onProgress({ ...progress, task: `${task}: ${part}` }));
}

function wholeEntries(protocol: Protocol, results: readonly EntryResult[], n: number): [ProtocolEntry, EntryResult][] {
  return protocol.entries
    .map((entry, i): [ProtocolEntry, EntryResult] => [entry, results[i]!])
    .filter(([, result]) => result.n === n);
}

/** Positions of the samples that are classified wrongly; an answer that is not a number is wrong. */
async function findErrors(
  classifier: Classifier,
  { x, labels, ids }: Samples,
  { batchSize, signal }: AttackSetting,
): Promise<number[]> {
  const errors: number[] = [];
  for (let from = 0; from < labels.length; from += batchSize) {
    await breathe(signal);
    const to = Math.min(from + batchSize, labels.length);
    const logits = tf.tidy(() => {
      const part = tf.slice(x, [from, ...x.shape.slice(1).map(() => 0)], [to - from, ...x.shape.slice(1)]);
      return classifier.logits(part, ids.subarray(from, to));
    });
    const values = await logits.data();
    logits.dispose();
    const classes = classifier.numClasses;
    for (let i = from; i < to; i++) {
      const row = values.subarray((i - from) * classes, (i - from + 1) * classes);
      if (!row.every(Number.isFinite) || row.indexOf(Math.max(...row)) !== labels[i]) errors.push(i);
    }
  }
  return errors;
}

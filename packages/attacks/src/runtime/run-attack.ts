import { throwIfAborted } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackLike } from "../contract/attack.ts";
import type { Classifier } from "../contract/classifier.ts";
import { diagnosticsOf } from "../contract/diagnostics.ts";
import { provenanceOf } from "../contract/provenance.ts";
import type { AttackResult } from "../contract/result.ts";
import type { Samples } from "../contract/samples.ts";
import { attackBatch, type BatchOutcome } from "./attack-batch.ts";
import { openRun, type Run, type RunAttackOptions } from "./open-run.ts";
import { rowsFrom } from "./rows.ts";

/**
 * Attacks samples, and trusts nobody: the points that the attack found are held against ball and box and classified once
 * more, and only those that are still adversarial count.
 *
 * Samples that the model gets wrong from the start are returned unchanged and not counted as success.
 *
 * @throws InputError for bad input of any kind
 * @throws AbortedError when the signal is aborted; the model is called at most once more
 *
 * @example
 * ```ts
 * const threat = { norm: "linf", eps: "8/255" } as const;
 * const result = await runAttack(pgd({ steps: 20 }), classifier, { x, labels }, { threat, seed: 0 });
 * ```
 */
export async function runAttack(
  attack: AttackLike,
  classifier: Classifier,
  samples: Samples,
  options: RunAttackOptions,
): Promise<AttackResult> {
  const started = performance.now();
  throwIfAborted(options.signal);
  const run = await openRun(attack, classifier, samples, options);
  const { batchSize, signal, onProgress } = run;
  const n = run.ids.length;
  const outcomes: BatchOutcome[] = [];
  try {
    for (let start = 0; start < n; start += batchSize) {
      const onDone = (count: number) =>
        onProgress?.({ task: `attack ${run.attack.id}`, done: start + count, total: n, unit: "image" });
      outcomes.push(await attackBatch(run, rowsFrom(start, Math.min(batchSize, n - start)), onDone));
      throwIfAborted(signal);
    }
    return resultOf(run, outcomes, performance.now() - started);
  } finally {
    for (const outcome of outcomes) outcome.adversarial.dispose();
  }
}

function resultOf({ attack, x, seed }: Run, outcomes: readonly BatchOutcome[], elapsedMs: number): AttackResult {
  const parts = outcomes.map((outcome) => outcome.adversarial);
  const adversarial = parts.length === 0 ? tf.clone(x) : tf.concat(parts, 0);
  return {
    adversarial,
    success: join(Uint8Array, outcomes, "success"),
    cleanCorrect: join(Uint8Array, outcomes, "cleanCorrect"),
    predicted: join(Int32Array, outcomes, "predicted"),
    cleanPredicted: join(Int32Array, outcomes, "cleanPredicted"),
    margin: join(Float32Array, outcomes, "margin"),
    distance: join(Float32Array, outcomes, "distance"),
    queries: join(Uint32Array, outcomes, "queries"),
    gradients: join(Uint32Array, outcomes, "gradients"),
    firstSuccessAt: join(Int32Array, outcomes, "firstSuccessAt"),
    trace: outcomes.flatMap(({ trace }) => trace),
    diagnostics: diagnosticsOf(outcomes.map((outcome) => outcome.odd)),
    provenance: provenanceOf(attack),
    seed,
    backend: tf.getBackend(),
    elapsedMs,
    dispose: () => adversarial.dispose(),
  };
}

type Field = Exclude<keyof BatchOutcome, "adversarial" | "odd" | "trace">;

function join<T extends Uint8Array | Uint32Array | Int32Array | Float32Array>(
  type: { from(values: number[]): T },
  outcomes: readonly BatchOutcome[],
  field: Field,
): T {
  return type.from(outcomes.flatMap((outcome) => Array.from<number>(outcome[field])));
}

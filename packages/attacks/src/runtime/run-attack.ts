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
import { OUTCOME, type OutcomeField } from "./snapshot/finished-batch.ts";
import { Keeper } from "./snapshot/keeper.ts";

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
  const keeper = await Keeper.open(run);
  const n = run.ids.length;
  const outcomes: BatchOutcome[] = [];
  try {
    for (let start = 0; start < n; start += batchSize) {
      const onDone = (count: number) =>
        onProgress?.({ task: `attack ${run.attack.id}`, done: start + count, total: n, unit: "image" });
      const kept = keeper?.outcomeAt(start);
      const rows = rowsFrom(start, Math.min(batchSize, n - start));
      const outcome = kept ?? (await attackBatch(run, rows, onDone, keeper));
      outcomes.push(outcome);
      if (kept === undefined) await keeper?.noteOutcome(start, outcome);
      throwIfAborted(signal);
    }
    return resultOf(run, outcomes, keeper?.elapsedMs ?? performance.now() - started);
  } finally {
    for (const outcome of outcomes) outcome.adversarial.dispose();
  }
}

function resultOf({ attack, x, seed }: Run, outcomes: readonly BatchOutcome[], elapsedMs: number): AttackResult {
  const parts = outcomes.map((outcome) => outcome.adversarial);
  const adversarial = parts.length === 0 ? tf.clone(x) : tf.concat(parts, 0);
  return {
    adversarial,
    ...joined(outcomes),
    trace: outcomes.flatMap(({ trace }) => trace),
    diagnostics: diagnosticsOf(outcomes.map((outcome) => outcome.odd)),
    provenance: provenanceOf(attack),
    seed,
    backend: tf.getBackend(),
    elapsedMs,
    dispose: () => adversarial.dispose(),
  };
}

function joined(outcomes: readonly BatchOutcome[]): Pick<AttackResult, OutcomeField> {
  const lists = Object.entries(OUTCOME).map(([field, type]) => {
    const values = outcomes.flatMap((outcome) => Array.from(outcome[field as OutcomeField]));
    return [field, type.from(values)];
  });
  return Object.fromEntries(lists) as Pick<AttackResult, OutcomeField>;
}

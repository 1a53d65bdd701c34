import { InputError, show, throwIfAborted, type LongWork } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { attackBatch, type Batch, type BatchOutcome } from "./_batch.ts";
import { checkCount, checkGoal, checkIds, checkImages, checkThreat } from "./_door.ts";
import { gatherRows } from "./_rows.ts";
import type { AttackPlugin } from "./attack.ts";
import type { Classifier } from "./classifier.ts";
import { diagnosticsOf } from "./diagnostics.ts";
import { geometryOf } from "./geometry.ts";
import { goalOf } from "./goal.ts";
import type { QueryBudget } from "./oracle.ts";
import { resolveParams, type Params } from "./params.ts";
import type { AttackResult, Provenance } from "./result.ts";
import type { ThreatModelOptions } from "./threat-model.ts";

/** What is attacked. */
export interface AttackData {
  /** `[n, ...inputShape]`, float32, inside the classifier's bounds. Stays the caller's, unchanged. */
  readonly x: tf.Tensor;
  /** True classes, `[n]`. */
  readonly labels: Int32Array;
}

/** Settings of {@link runAttack}. */
export interface RunAttackOptions<P extends Params = Params> extends LongWork {
  /** Without `bounds`, those of the classifier. */
  readonly threat: ThreatModelOptions;
  readonly params?: Partial<P> | undefined;
  /** Two runs with the same seed give the same result, in any batch size and order of the samples. */
  readonly seed: number;
  /**
   * A number per sample that stays the same from run to run, such as its place in the data set: random numbers go by it.
   *
   * @defaultValue 0, 1, 2, ...
   */
  readonly ids?: Int32Array | undefined;
  /** @defaultValue 100 */
  readonly batchSize?: number | undefined;
  /** The class to reach, per sample; makes the attack targeted. */
  readonly targets?: Int32Array | undefined;
  /** Per sample. The attack on a batch ends when one of its samples would exceed it. */
  readonly budget?: QueryBudget | undefined;
  /**
   * Whether samples leave as soon as they are adversarial, and misclassified ones are not attacked at all. Without it
   * every sample is driven to the end, and the best point is the one of highest margin.
   *
   * @defaultValue true
   */
  readonly stopEarly?: boolean | undefined;
  /**
   * Whether `adversarial` holds the best point of failed attacks too, in place of the input.
   *
   * @defaultValue false
   */
  readonly keepFailed?: boolean | undefined;
}

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
 * const result = await runAttack(pgd, classifier, { x, labels }, { threat: { norm: "linf", eps: "8/255" }, seed: 0 });
 * ```
 */
export async function runAttack<P extends Params>(
  attack: AttackPlugin<P>,
  classifier: Classifier,
  data: AttackData,
  options: RunAttackOptions<P>,
): Promise<AttackResult> {
  const started = performance.now();
  const { seed, signal, batchSize = 100, budget = {}, stopEarly = true, keepFailed = false } = options;
  if (!Number.isFinite(seed)) throw new InputError(`The seed is ${show(seed)}. Give a number.`);
  const threat = checkThreat(attack, classifier, options);
  const goal = checkGoal(attack, classifier, data, options);
  const params = resolveParams(attack.id, attack.params, options.params);
  const ids = checkIds(options.ids, data.labels.length);
  checkCount("batchSize", batchSize);
  checkBudget(budget);
  const geometry = geometryOf(threat.norm);
  throwIfAborted(signal);
  await checkImages(data.x, classifier, batchSize);

  const shared = { attack, classifier, params, threat, geometry, seed, budget, stopEarly, keepFailed, signal };
  const outcomes: BatchOutcome[] = [];
  try {
    for (let start = 0; start < ids.length; start += batchSize) {
      const rows = Int32Array.from({ length: Math.min(batchSize, ids.length - start) }, (_, i) => start + i);
      const onFinished = (count: number) =>
        options.onProgress?.({ task: `attack ${attack.id}`, done: start + count, total: ids.length, unit: "image" });
      const part = { ids: rows.map((row) => ids[row]!), goal: goalOf(goal, rows), onFinished };
      outcomes.push(await attackSlice(data.x, rows, { ...shared, ...part }));
      throwIfAborted(signal);
    }
    const provenance = { attack: attack.id, version: attack.version, params, seed, backend: tf.getBackend() };
    return resultOf(data.x, outcomes, provenance, performance.now() - started);
  } finally {
    for (const outcome of outcomes) outcome.adversarial.dispose();
  }
}

async function attackSlice(all: tf.Tensor, rows: Int32Array, batch: Omit<Batch, "x">): Promise<BatchOutcome> {
  const x = gatherRows(all, rows);
  try {
    return await attackBatch({ ...batch, x });
  } finally {
    x.dispose();
  }
}

function resultOf(
  x: tf.Tensor,
  outcomes: readonly BatchOutcome[],
  provenance: Provenance,
  elapsedMs: number,
): AttackResult {
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
    diagnostics: diagnosticsOf(outcomes.map((outcome) => outcome.odd)),
    provenance,
    elapsedMs,
    dispose: () => adversarial.dispose(),
  };
}

function checkBudget(budget: QueryBudget): void {
  for (const [name, value] of Object.entries(budget)) {
    if (value !== undefined) checkCount(`budget.${name}`, value);
  }
}

type Field = Exclude<keyof BatchOutcome, "adversarial" | "odd">;

function join<T extends Uint8Array | Uint32Array | Int32Array | Float32Array>(
  type: { from(values: number[]): T },
  outcomes: readonly BatchOutcome[],
  field: Field,
): T {
  return type.from(outcomes.flatMap((outcome) => Array.from<number>(outcome[field])));
}

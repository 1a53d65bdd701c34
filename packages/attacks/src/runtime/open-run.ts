import { checkOptions, checkSeed, checkWhole, InputError, show, type LongWork } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import { checkAttack, toAttack, type Attack, type AttackLike } from "../contract/attack.ts";
import type { Classifier } from "../contract/classifier.ts";
import type { QueryBudget } from "../contract/oracle.ts";
import type { Samples } from "../contract/samples.ts";
import { threatModel, type ThreatModel, type ThreatModelOptions } from "../contract/threat-model.ts";
import type { Goal } from "../losses/goal.ts";
import { NORMS } from "../norms/index.ts";
import type { Geometry } from "../norms/norm.ts";
import { checkClasses, checkIds, checkImages } from "./checks.ts";
import type { Predictions } from "./predict.ts";

/** Settings of {@link runAttack}. */
export interface RunAttackOptions extends LongWork {
  /** Without `bounds`, those of the classifier. */
  readonly threat: ThreatModelOptions;
  /** Two runs with the same seed give the same result, in any batch size and order of the samples. */
  readonly seed: number;
  /** @defaultValue 100 */
  readonly batchSize?: number | undefined;
  /** The class to reach, per sample; makes the attack targeted. */
  readonly targets?: Int32Array | undefined;
  /** Per sample: one that has spent its budget leaves, the others go on. */
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
  /**
   * What {@link predict} said about these samples, for those who attack them several times; else the model is asked again.
   *
   * @defaultValue the model is asked
   */
  readonly clean?: Predictions | undefined;
}

const OPTIONS: Readonly<Record<keyof RunAttackOptions, true>> = {
  threat: true,
  seed: true,
  batchSize: true,
  targets: true,
  budget: true,
  stopEarly: true,
  keepFailed: true,
  clean: true,
  signal: true,
  onProgress: true,
};

/** One run of an attack, checked once: all that its batches share. Nobody outside can change it any more. */
export interface Run extends LongWork {
  readonly attack: Attack;
  readonly classifier: Classifier;
  /** Stays the caller's. */
  readonly x: tf.Tensor;
  readonly ids: Int32Array;
  readonly goal: Goal;
  readonly threat: ThreatModel;
  readonly geometry: Geometry;
  readonly seed: number;
  readonly batchSize: number;
  readonly budget: QueryBudget;
  readonly stopEarly: boolean;
  readonly keepFailed: boolean;
  readonly clean: Predictions | undefined;
}

/**
 * The door of {@link runAttack}.
 *
 * @throws InputError for bad input of any kind
 */
export async function openRun(
  like: AttackLike,
  classifier: Classifier,
  { x, labels, ids }: Samples,
  options: RunAttackOptions,
): Promise<Run> {
  checkAttack(like);
  checkOptions("runAttack", options, OPTIONS);
  const attack = toAttack(like);
  const { seed, budget = {}, batchSize = 100, stopEarly = true, keepFailed = false, signal, onProgress } = options;
  const n = x.shape[0]!;
  const threat = checkThreat(attack, classifier, options.threat);
  const run: Run = {
    attack,
    classifier,
    x,
    goal: checkGoal(attack, checkClasses("labels", labels, n, classifier.numClasses), classifier, options.targets),
    ids: checkIds(ids, n),
    threat,
    geometry: NORMS[threat.norm],
    seed: checkSeed(seed),
    batchSize: checkWhole("batchSize", batchSize),
    budget: checkBudget(budget),
    stopEarly,
    keepFailed,
    // What was said about labels says nothing about targets.
    clean: options.targets === undefined ? options.clean : undefined,
    signal,
    onProgress,
  };
  await checkImages(x, classifier, batchSize);
  return run;
}

function checkThreat(attack: Attack, { bounds }: Classifier, options: ThreatModelOptions): ThreatModel {
  const threat = threatModel({ ...options, bounds: options.bounds ?? bounds });
  if (threat.bounds.min !== bounds.min || threat.bounds.max !== bounds.max) {
    throw new InputError(
      `The threat model's data range is ${show(threat.bounds)}, the classifier's is ${show(bounds)}. Make them equal.`,
    );
  }
  if (attack.norms.includes(threat.norm)) return threat;
  throw new InputError(`The attack ${attack.id} works in ${attack.norms.join(", ")}, not in ${threat.norm}.`);
}

function checkGoal(
  attack: Attack,
  labels: Int32Array,
  { numClasses }: Classifier,
  targets: Int32Array | undefined,
): Goal {
  const kind = targets === undefined ? "untargeted" : "targeted";
  if (!attack.goals.includes(kind)) throw new InputError(`The attack ${attack.id} cannot be ${kind}.`);
  if (targets === undefined) return { kind: "untargeted", labels };
  const wanted = checkClasses("targets", targets, labels.length, numClasses);
  const same = wanted.findIndex((target, row) => target === labels[row]);
  if (same < 0) return { kind: "targeted", labels, targets: wanted };
  throw new InputError(`The target of sample ${same} is its true class ${wanted[same]}. Choose another class.`);
}

function checkBudget(budget: QueryBudget): QueryBudget {
  for (const [name, value] of Object.entries(budget)) {
    if (value !== undefined) checkWhole(`budget.${name}`, value);
  }
  return { ...budget };
}

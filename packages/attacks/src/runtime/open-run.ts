import { checkOptions, checkSeed, checkWhole, InputError, lookUp, show, type LongWork } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import { checkAttack, toAttack, type Attack, type AttackLike } from "../contract/attack.ts";
import { CannotRunError } from "../contract/cannot-run-error.ts";
import type { Classifier } from "../contract/classifier.ts";
import type { Aim } from "../contract/context.ts";
import type { Access, QueryBudget } from "../contract/oracle.ts";
import type { Samples } from "../contract/samples.ts";
import { threatModel, type ThreatModel, type ThreatModelOptions } from "../contract/threat-model.ts";
import { checkLengths } from "../contract/units.ts";
import type { Goal } from "../losses/goal.ts";
import { NORMS } from "../norms/index.ts";
import type { Geometry } from "../norms/norm.ts";
import { checkClasses, checkImages, checkSamples } from "./checks.ts";
import { DRAWS, type Predictions } from "./predict.ts";
import type { FinishedBatch } from "./snapshot/finished-batch.ts";
import type { AttackSnapshot } from "./snapshot/format.ts";

/** Settings of {@link runAttack}. */
export interface RunAttackOptions extends LongWork {
  /** Without `bounds`, those of the classifier. */
  readonly threat: ThreatModelOptions;
  /** Two runs with the same seed give the same result, in any batch size and order of the samples. */
  readonly seed: number;
  /** @defaultValue 100 */
  readonly batchSize?: number | undefined;
  /** The class to reach, per sample; makes the attack targeted. */
  readonly targets?: ArrayLike<number> | undefined;
  /**
   * What is looked for: any adversarial point inside the ball, or the nearest one, `eps` being the largest size that counts,
   * `Infinity` for none. For the nearest point the attack goes on after its first success, and `distance` is the smallest
   * one of any point that it asked about.
   *
   * @defaultValue "within-eps"
   */
  readonly aim?: Aim | undefined;
  /** Where to begin, `[n, ...]`: points of another run, or of another model. @defaultValue what the attack does */
  readonly start?: tf.Tensor | undefined;
  /** The samples, by id, whose every query is recorded in `trace`. @defaultValue none */
  readonly trace?: ArrayLike<number> | undefined;
  /** Over how many draws the scores of a random model are averaged for a verdict. @defaultValue 20 */
  readonly draws?: number | undefined;
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
  /** Receives what became of each batch when it is finished, and is awaited. Costs reading its points back. */
  readonly onBatch?: ((batch: FinishedBatch) => unknown) | undefined;
  /**
   * Receives the attack in the middle, again and again, and is awaited: written to a file, it is what a run that was killed
   * goes on from. Costs reading back the state of the attack and the best points.
   */
  readonly onSnapshot?: ((snapshot: AttackSnapshot) => unknown) | undefined;
  /** The least time between two snapshots; 0 for one at every tick. @defaultValue 10,000 */
  readonly snapshotEveryMs?: number | undefined;
  /**
   * Goes on from a snapshot of the same run, to the same bits as if it had never been stopped. Attacks written by
   * `defineIterative` or `defineSearch`, and any attack made of attacks, go on where they were; one that is written freely
   * starts its batch, or its nested run, again. Settings must be those of the run that was stopped. A classifier without
   * `digest` is believed to be the same.
   */
  readonly resume?: AttackSnapshot | undefined;
}

const OPTIONS: Readonly<Record<keyof RunAttackOptions, true>> = {
  threat: true,
  seed: true,
  batchSize: true,
  targets: true,
  aim: true,
  start: true,
  trace: true,
  draws: true,
  budget: true,
  stopEarly: true,
  keepFailed: true,
  clean: true,
  onBatch: true,
  onSnapshot: true,
  snapshotEveryMs: true,
  resume: true,
  signal: true,
  onProgress: true,
};

/** One run of an attack, checked once: all that its batches share. Nobody outside can change it any more. */
export interface Run extends LongWork {
  readonly attack: Attack;
  readonly classifier: Classifier;
  /** Stays the caller's. */
  readonly x: tf.Tensor;
  readonly start: tf.Tensor | undefined;
  readonly ids: Int32Array;
  readonly goal: Goal;
  readonly aim: Aim;
  /** Whether the distance of every point is needed. */
  readonly isMeasured: boolean;
  readonly traced: ReadonlySet<number>;
  readonly draws: number;
  readonly threat: ThreatModel;
  readonly geometry: Geometry;
  readonly seed: number;
  readonly batchSize: number;
  readonly budget: QueryBudget;
  readonly stopEarly: boolean;
  readonly keepFailed: boolean;
  readonly clean: Predictions | undefined;
  readonly onBatch: RunAttackOptions["onBatch"];
  readonly onSnapshot: RunAttackOptions["onSnapshot"];
  readonly snapshotEveryMs: number;
  readonly resume: AttackSnapshot | undefined;
}

/**
 * The door of {@link runAttack}.
 *
 * @throws InputError for bad input of any kind
 */
export async function openRun(
  like: AttackLike,
  classifier: Classifier,
  samples: Samples,
  options: RunAttackOptions,
): Promise<Run> {
  checkAttack(like);
  checkOptions("runAttack", options, OPTIONS);
  const attack = toAttack(like);
  const { seed, budget = {}, batchSize = 100, stopEarly = true, keepFailed = false, signal, onProgress } = options;
  const { onBatch, onSnapshot, snapshotEveryMs = 10_000, resume } = options;
  const { aim = "within-eps", start, trace = [], draws = DRAWS } = options;
  const { x, labels, ids } = checkSamples(samples, classifier);
  checkAccess(attack, classifier);
  const threat = checkThreat(
    attack,
    classifier,
    options.threat,
    lookUp("aim", aim, { "within-eps": aim, nearest: aim }),
  );
  const run: Run = {
    attack,
    classifier,
    x,
    start,
    aim,
    isMeasured: aim === "nearest" || trace.length > 0,
    traced: new Set(Array.from(trace)),
    draws: checkWhole("draws", draws),
    goal: checkGoal(attack, labels, classifier, options.targets),
    ids,
    threat,
    geometry: NORMS[threat.norm],
    seed: checkSeed(seed),
    batchSize: checkWhole("batchSize", batchSize),
    budget: checkBudget(budget),
    stopEarly,
    keepFailed,
    // What was said about labels says nothing about targets.
    clean: options.targets === undefined ? options.clean : undefined,
    onBatch,
    onSnapshot,
    snapshotEveryMs: checkWhole("snapshotEveryMs", snapshotEveryMs, 0),
    resume,
    signal,
    onProgress,
  };
  await checkImages("images", x, classifier, batchSize);
  if (start !== undefined) await checkStart(start, x, classifier, batchSize);
  return run;
}

async function checkStart(start: tf.Tensor, x: tf.Tensor, classifier: Classifier, batchSize: number): Promise<void> {
  if (start.shape[0] !== x.shape[0]) {
    throw new InputError(
      `There are ${start.shape[0]} points to start at for ${x.shape[0]} images. Give one per image.`,
    );
  }
  await checkImages("points to start at", start, classifier, batchSize);
}

function checkAccess({ id, access }: Attack, { access: shown = "gradient" }: Classifier): void {
  const [needed, there] = [ACCESS.indexOf(access), ACCESS.indexOf(shown)];
  if (needed <= there) return;
  throw new CannotRunError(
    `The model shows nothing but ${SHOWN[shown]}, and the attack ${id} needs ${SHOWN[access]}. ` +
      `Attacks that need no more can be used, such as ${shown === "score" ? "square" : "hop-skip-jump"}.`,
  );
}

const ACCESS: readonly Access[] = ["label", "score", "gradient"];
const SHOWN: Readonly<Record<Access, string>> = { label: "classes", score: "scores", gradient: "gradients" };

function checkThreat(attack: Attack, { bounds }: Classifier, options: ThreatModelOptions, aim: Aim): ThreatModel {
  const threat = threatModel({ ...options, bounds: options.bounds ?? bounds });
  checkLengths(attack, threat.bounds);
  if (threat.bounds.min !== bounds.min || threat.bounds.max !== bounds.max) {
    throw new InputError(
      `The threat model's data range is ${show(threat.bounds)}, the classifier's is ${show(bounds)}. Make them equal.`,
    );
  }
  if (threat.eps === Infinity && (aim !== "nearest" || attack.kind !== "minimum-norm")) {
    throw new InputError(
      `The attack ${attack.id} needs an eps. Only minimum-norm attacks with the aim "nearest" go without; ` +
        "minimumNorm(attack) makes one of any attack.",
    );
  }
  if (attack.norms.includes(threat.norm)) return threat;
  throw new InputError(`The attack ${attack.id} works in ${attack.norms.join(", ")}, not in ${threat.norm}.`);
}

function checkGoal(
  attack: Attack,
  labels: Int32Array,
  { numClasses }: Classifier,
  targets: ArrayLike<number> | undefined,
): Goal {
  const kind = targets === undefined ? "untargeted" : "targeted";
  if (!attack.goals.includes(kind)) throw new CannotRunError(`The attack ${attack.id} cannot be ${kind}.`);
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

import {
  CannotRunError,
  gatherRows,
  NORMS,
  perSampleLoss,
  runAttack,
  threatModel,
  type Attack,
  type AttackLike,
  type AttackResult,
  type Bounds,
  type Classifier,
  type Geometry,
  type Norm,
  type RunAttackOptions,
} from "@kwta/attacks";
import { breathe, keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Evaluation } from "../evaluation.ts";
import type { OpenEvaluation } from "../open-evaluation.ts";
import type { NotRun } from "./check.ts";

/**
 * The model and a few samples, for checks that ask further questions. The samples are classified correctly; those that no attack
 * broke come first. All that is asked is keyed by seed and sample, so that it comes out the same wherever it is asked.
 */
export interface Probes {
  readonly classifier: Classifier;
  readonly norm: Norm;
  readonly bounds: Bounds;
  /** The largest size that was evaluated. */
  readonly eps: number;
  readonly geometry: Geometry;
  /** Positions in the evaluation. */
  readonly positions: readonly number[];
  /** Which of them stand at the largest size. */
  readonly standing: readonly number[];
  readonly ids: Int32Array;
  /** `[n, ...]`; the probes'. */
  readonly x: tf.Tensor;
  /** Runs an attack on the samples at these positions. Or why it cannot be run on the model. */
  attack(
    attack: AttackLike,
    positions: readonly number[],
    options?: Partial<RunAttackOptions>,
  ): Promise<ProbeResult | NotRun>;
  /** The attack that goes by this name in the protocol. */
  attackOf(id: string): Attack;
  /** Margins of points, one for each sample: positive where the point is adversarial. */
  margins(points: tf.Tensor): Promise<Float32Array>;
  /** Gradients of these margins, as the model gives them. The caller's. */
  gradients(points: tf.Tensor): tf.Tensor;
  /** Normal random numbers in the shape of `x`, each sample's its own. The caller's. */
  normal(purpose: string): tf.Tensor;
}

/** What a probing attack did, its points disposed; arrays run along the positions that it was given. */
export type ProbeResult = Omit<AttackResult, "adversarial" | "dispose">;

/** How many samples are asked about. */
export const PROBED = 20;

/** The probes of an evaluation, or why there are none. The caller disposes `x`. */
export function probesOf(evaluation: OpenEvaluation, report: Evaluation): Probes | NotRun {
  const { classifier, samples, clean, targets, protocol, threats, seed, probes: most, clock, batchSize } = evaluation;
  const sizes = threats.map(({ eps }) => eps).filter((eps) => Number.isFinite(eps) && eps > 0);
  const correct = [...clean.correct.keys()].filter((i) => clean.correct[i] === 1);
  if (most === 0) return { notRun: "The diagnostics were to ask the model nothing (probes: 0)." };
  if (clock.isOver()) return { notRun: "There was no time left." };
  if (correct.length === 0) return { notRun: "The model gets no sample right." };
  if (sizes.length === 0) return { notRun: "There is no eps above 0." };
  const { norm, bounds } = threats[0]!;
  const broken = new Set(report.robust.at(-1)!.broken);
  const standing = correct.filter((i) => !broken.has(i));
  const positions = [...standing, ...correct.filter((i) => broken.has(i))].slice(0, most);
  const at = (rows: readonly number[]): Pick<Probes, "ids" | "x"> & { readonly labels: Int32Array } => ({
    x: gatherRows(samples.x, Int32Array.from(rows)),
    labels: Int32Array.from(rows, (row) => samples.labels[row]!),
    ids: Int32Array.from(rows, (row) => samples.ids[row]!),
  });
  const { x, labels, ids } = at(positions);
  const targetsAt = (rows: readonly number[]): Int32Array | undefined =>
    targets && Int32Array.from(rows, (row) => targets[row]!);
  const wanted = targetsAt(positions);
  const margin = perSampleLoss(
    "margin",
    wanted === undefined ? { kind: "untargeted", labels } : { kind: "targeted", labels, targets: wanted },
  );
  const eps = sizes.at(-1)!;
  // One choice of a random model, the same at every point.
  const draws = classifier.random === true ? new Uint32Array(ids.length) : undefined;
  return {
    classifier,
    norm,
    bounds,
    eps,
    geometry: NORMS[norm],
    positions,
    standing: standing.slice(0, most),
    ids,
    x,
    async attack(attack, chosen, options = {}) {
      const { x: own, ...rest } = at(chosen);
      const threat = threatModel({ norm, eps, bounds });
      const settings = { threat, seed, batchSize, targets: targetsAt(chosen), signal: clock.signal, ...options };
      try {
        const result = await runAttack(attack, classifier, { x: own, ...rest }, settings);
        result.dispose();
        return result;
      } catch (error) {
        if (error instanceof CannotRunError) return { notRun: error.message };
        throw error;
      } finally {
        own.dispose();
      }
    },
    attackOf: (id) => protocol.entries.find((entry) => entry.id === id)!.attack,
    async margins(points) {
      await breathe(clock.signal);
      const margins = tf.tidy(() => margin(classifier.logits(points, ids, draws)));
      return margins.data<"float32">().finally(() => margins.dispose());
    },
    gradients: (points) => tf.tidy(() => classifier.lossAndGradient(points, ids, margin, { draws }).gradient),
    normal(purpose) {
      const size = x.size / ids.length;
      const values = new Float32Array(x.size);
      for (const [row, id] of ids.entries()) {
        keyedRandom(seed, "probe", purpose, id).normal(values.subarray(row * size, (row + 1) * size));
      }
      return tf.tensor(values, x.shape);
    },
  };
}

/** Probes of a model that shows a gradient, or why there are none. */
export function withGradient(probes: Probes | NotRun): Probes | NotRun {
  if ("notRun" in probes) return probes;
  if ((probes.classifier.access ?? "gradient") !== "gradient") return { notRun: "The model shows no gradient." };
  return probes;
}

/** {@link withGradient}, in a ball where every value may change a little. */
export function withSmallSteps(probes: Probes | NotRun): Probes | NotRun {
  const asked = withGradient(probes);
  if ("notRun" in asked || asked.norm !== "l0") return asked;
  return { notRun: "It takes small steps, which L0 does not measure." };
}

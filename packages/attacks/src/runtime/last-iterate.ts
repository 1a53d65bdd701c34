import { breathe, InputError, type KeyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { toAttack, type AttackLike } from "../contract/attack.ts";
import type { Classifier } from "../contract/classifier.ts";
import type { RunContext } from "../contract/context.ts";
import { disposeExcept } from "../contract/iterative.ts";
import type { GradientOracle } from "../contract/oracle.ts";
import type { ThreatModel } from "../contract/threat-model.ts";
import type { Goal } from "../losses/goal.ts";
import { perSampleLoss } from "../losses/index.ts";
import type { PerSampleLoss } from "../losses/loss.ts";
import { NORMS } from "../norms/index.ts";
import { askLogits, classesOf } from "./ask-logits.ts";

/** Settings of {@link lastIterate}. */
export interface LastIterateOptions {
  readonly threat: ThreatModel;
  /** What the attack wants of each sample. */
  readonly goal: Goal;
  readonly ids: Int32Array;
  /** The random numbers of one sample, one purpose and one step. */
  readonly random: (purpose: string, id: number, step: number) => KeyedRandom;
  /** What stands for the derivative of choosable layers. @defaultValue "exact" */
  readonly backward?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where to begin, the caller's. @defaultValue what the attack does */
  readonly start?: tf.Tensor | undefined;
  /** Maximised in place of the attack's own loss; its rows are those of `x`. @defaultValue that of the attack */
  readonly loss?: PerSampleLoss | undefined;
}

/**
 * Where an attack that repeats a step ends, as adversarial training wants it: every sample goes through all steps, the last
 * point counts, and nothing is counted, kept or verified.
 *
 * @returns `[n, ...]`, the caller's
 * @throws InputError for an attack that is no such loop, or is after the nearest point
 * @throws AbortedError when the signal stopped it
 */
export async function lastIterate(
  like: AttackLike,
  classifier: Classifier,
  x: tf.Tensor,
  options: LastIterateOptions,
): Promise<tf.Tensor> {
  const attack = toAttack(like);
  const { loop, kind } = attack;
  if (kind === "minimum-norm") {
    throw new InputError(
      `The attack ${attack.id} looks for the nearest point, and its last one may lie outside of the ball. ` +
        "Use one with a budget, such as pgd.",
    );
  }
  if (loop === undefined) {
    throw new InputError(
      `The attack ${attack.id} repeats no step, so it has no last point. Use one made by defineIterative, such as pgd.`,
    );
  }
  const ctx = looseContext(classifier, x, options, attack.params);
  const given = [x, ...(options.start ? [options.start] : [])];
  let state = tf.tidy(() => loop.init(ctx));
  try {
    for (let t = 0; t < loop.steps; t++) {
      await breathe(options.signal);
      const next = tf.tidy(() => loop.step(ctx, state, t));
      disposeExcept(state, [...Object.values(next), ...given]);
      state = next;
    }
    disposeExcept(state, [state.x, ...given]);
    return given.includes(state.x) ? tf.clone(state.x) : state.x;
  } catch (error) {
    disposeExcept(state, given);
    throw error;
  }
}

/** A context whose oracle is the model itself. */
function looseContext(
  classifier: Classifier,
  x: tf.Tensor,
  { threat, goal, ids, random, backward = "exact", signal, start, loss: own }: LastIterateOptions,
  params: RunContext["params"],
): RunContext {
  let asked = 0;
  // A model that answers at random answers each question anew.
  const draw = (of: Int32Array): { draws?: Uint32Array } => {
    if (classifier.random !== true) return {};
    asked += 1;
    return { draws: Uint32Array.from(of, (id) => random("draws", id, asked).at(0) * 2 ** 24) };
  };
  const oracle: GradientOracle = {
    labels: (points, of) => tf.tidy(() => tf.argMax(classifier.logits(points, of, draw(of).draws), 1)),
    labelsAsync: async (points, of) => classesOf(await askLogits(classifier, points, of, draw(of))),
    logits: (points, of) => classifier.logits(points, of, draw(of).draws),
    logitsAsync: (points, of) => askLogits(classifier, points, of, draw(of)),
    lossAndGradient: (points, of, loss, settings) =>
      classifier.lossAndGradient(points, of, own ?? (typeof loss === "function" ? loss : perSampleLoss(loss, goal)), {
        backward,
        ...draw(of),
        ...settings,
      }),
  };
  const ctx: RunContext = {
    x,
    ids,
    goal,
    success: goal,
    start,
    aim: "within-eps",
    threat: { ...threat, sizes: new Float32Array(ids.length).fill(threat.eps) },
    left: () => Infinity,
    asked: () => 0,
    nearest: () => Infinity,
    best: () => Promise.reject(new InputError("A step of an attack cannot ask for the best points.")),
    geometry: NORMS[threat.norm],
    params,
    oracle,
    restart: 0,
    random: (purpose, id, step = 0) => random(purpose, id, step),
    tick: () => breathe(signal),
    narrow: (state) => ({ ctx, state }),
    with: () => ctx,
    run: refuseRun,
    runTogether: refuseRun,
  };
  return ctx;
}

function refuseRun(): Promise<never> {
  return Promise.reject(new InputError("A step of an attack cannot run other attacks."));
}

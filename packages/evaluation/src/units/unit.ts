import type { Aim, Attack, AttackSnapshot, Diagnostic, Predictions, ThreatModel } from "@kwta/attacks";
import type { LongWork } from "@kwta/core";

/**
 * The smallest piece of an evaluation: one attack at one eps on some samples. It holds all that its result depends on but the
 * model, in plain arrays, so that it can be sent anywhere. The result of a sample does not depend on the others.
 */
export interface Unit {
  readonly attack: Attack;
  /** Its `eps` is infinite where the nearest point is looked for. */
  readonly threat: ThreatModel;
  readonly aim: Aim;
  readonly seed: number;
  /** The most forward and backward passes of a sample. */
  readonly passes: number | undefined;
  /** Over how many draws the scores of a random model are averaged for a verdict. */
  readonly draws: number | undefined;
  /** `[n, ...]` */
  readonly shape: readonly number[];
  readonly x: Float32Array;
  readonly labels: Int32Array;
  readonly ids: Int32Array;
  /** The classes to reach; any wrong one will do without. */
  readonly targets: Int32Array | undefined;
  /** What the model says of the samples without any attack. */
  readonly clean: Predictions;
  /** Where to begin, in the shape of `x`. */
  readonly start: Float32Array | undefined;
  /** Whether to keep the adversarial points. */
  readonly keepPoints: boolean;
  /** Whether to keep the best points of the samples that stand, too. */
  readonly keepBest: boolean;
}

/** What an attack did to the samples of a unit. Arrays run along them; plain JSON. */
export interface UnitOutcome {
  /** 1 where the attack broke the sample. */
  readonly success: readonly number[];
  /** The model's class for the adversarial point, or for the sample where there is none. */
  readonly predicted: readonly number[];
  /** Of the best point; null where a score is not finite. */
  readonly margins: readonly (number | null)[];
  /** Of the adversarial point; null where there is none. */
  readonly distances: readonly (number | null)[];
  readonly queries: readonly number[];
  readonly gradients: readonly number[];
  /** Points that were to be kept, as base64 of little-endian float32. */
  readonly points: readonly (string | null)[];
  readonly seconds: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** What became of a unit: its outcome, or why the attack cannot be run on this model. */
export type UnitResult = UnitOutcome | { readonly notRun: string };

/** Does units, here or elsewhere: on workers, for example. The results are the same anywhere. */
export interface UnitRunner {
  /** How many units it does at once. */
  readonly count: number;
  /**
   * @throws AbortedError when the signal stopped it
   */
  run(unit: Unit, work: UnitWork): Promise<UnitResult>;
}

/** How a unit is stopped, followed, and gone on with. */
export interface UnitWork extends LongWork {
  /** Goes on from there, to the same result. */
  readonly resume?: AttackSnapshot | undefined;
  /** Receives the unit in the middle, every few seconds. */
  readonly onSnapshot?: ((snapshot: AttackSnapshot) => unknown) | undefined;
}

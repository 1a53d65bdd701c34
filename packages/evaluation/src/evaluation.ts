import type { Access, Aim, AttackKind, AttackProvenance, Bounds, Diagnostic, Norm } from "@kwta/attacks";
import type { ProtocolProvenance } from "./protocols/protocol.ts";
import type { Rate } from "./rate.ts";
import type { TargetedGoal } from "./targets.ts";
import type { Verdict } from "./verdicts/verdict.ts";

/**
 * The result of a protocol, as `report.json` holds it. Positions count the samples of the evaluation from 0, and lists of
 * positions rise.
 */
export interface Evaluation {
  readonly schema: "kwta-evaluation@3";
  /** The command line that made it, where one did. */
  readonly command?: string;
  /** What was attacked, in the words of whoever asked. */
  readonly subject?: EvaluationSubject;
  readonly protocol: ProtocolProvenance;
  readonly threat: { readonly norm: Norm; readonly bounds: Bounds; readonly epsilons: readonly number[] };
  /** What an attack has to reach; left out where it is any wrong class. */
  readonly goal?: TargetedGoal;
  readonly seed: number;
  /** The TensorFlow.js backend that computed. */
  readonly backend: string;
  /** What else the numbers depend on, as it was given: versions, settings of the backend. */
  readonly environment: Readonly<Record<string, string | number>>;
  readonly n: number;
  readonly samples: EvaluatedSamples;
  /** Clean accuracy. */
  readonly clean: Rate;
  /** Positions of the samples that are classified wrongly without any attack. */
  readonly cleanErrors: readonly number[];
  /** What was odd about the model's answers without any attack. */
  readonly cleanDiagnostics: readonly Diagnostic[];
  readonly attacks: readonly AttackEvaluation[];
  /** At each eps, rising. */
  readonly robust: readonly RobustAccuracy[];
  /** The nearest adversarial points of all attacks, where one looked for them. */
  readonly minimumNorm?: MinimumNorm;
  /** What all attacks cost. */
  readonly totals: Totals;
  /** Why there is less than the protocol asks for; left out where there is all. */
  readonly stopped?: Stopped;
  /** What a reader must know before believing the numbers, the worst first. */
  readonly diagnostics: readonly Finding[];
  /** What became of each diagnostic check; left out by older versions. */
  readonly checks?: readonly CheckOutcome[];
  /**
   * At each eps, what became of the robustness that the first attack along the model's own gradient showed: none where a red flag
   * stands, where attacks are missing, and where no other attack counts.
   */
  readonly verdicts?: readonly Verdict[];
}

/** What an evaluation depends on besides its model and its images, known before any attack. */
export interface EvaluationSettings extends Pick<
  Evaluation,
  "protocol" | "threat" | "goal" | "seed" | "backend" | "environment" | "n"
> {
  readonly samples: Pick<EvaluatedSamples, "ids" | "labels" | "targets">;
}

/** Names for the readers of an evaluation; no number depends on them. */
export interface EvaluationSubject {
  /** Such as `"resnet18-w16@kwta:0.1"`, or where it lies. */
  readonly model?: string;
  /** Such as `"cifar10"`. */
  readonly dataset?: string;
  readonly classNames?: readonly string[];
}

/** The samples of an evaluation, before any attack. Arrays run along them. */
export interface EvaluatedSamples {
  readonly ids: readonly number[];
  readonly labels: readonly number[];
  readonly cleanPredicted: readonly number[];
  /** By how much the best wrong class leads over the sample's own; null where a score is not finite. */
  readonly cleanMargin: readonly (number | null)[];
  /** The class that attacks are to reach, in a targeted evaluation. */
  readonly targets?: readonly number[];
}

/** Per-sample worst case at one eps, over all attacks that count; clean errors count as not robust. */
export interface RobustAccuracy {
  readonly eps: number;
  readonly accuracy: Rate;
  /** Positions of the samples that are not robust, clean errors included. */
  readonly broken: readonly number[];
  /** Whether all attacks that count were run to their end here and at smaller sizes; else the accuracy is an upper bound. */
  readonly complete: boolean;
  /** Whether a finding with a red flag says that this number is not to be believed. */
  readonly flagged: boolean;
  /**
   * Of a protocol that repeats attacks: whether the last round of each of them broke nothing, how many rounds the longest took,
   * and how many samples the last rounds broke, which is the error bar.
   */
  readonly converged?: { readonly yes: boolean; readonly rounds: number; readonly lastRoundBroke: number };
}

/** What one attack of a protocol did. */
export interface AttackEvaluation {
  /** The protocol's name for it: `"pgd"`. */
  readonly id: string;
  readonly provenance: AttackProvenance;
  /** What it asks the model for. */
  readonly access: Access;
  /** Whether it is made to look for any point inside a ball, or for the nearest one, inside or not. Absent in older files. */
  readonly kind?: AttackKind;
  /** Whether it was run on all samples that are classified correctly, or on those that stood after the attacks before it. */
  readonly on: "all" | "survivors";
  /** Whether the worst case counts it. */
  readonly role: "verdict" | "diagnostic";
  /** Whether it looked for any point inside the ball, or for the nearest adversarial one. */
  readonly aim: Aim;
  /** It was run on the first so many samples. */
  readonly n: number;
  /** Why it was not run to its end: the model has no gradient, and it needs one. */
  readonly notRun?: string;
  /** At each eps that it was run at, rising. Empty where it looked for the nearest points. */
  readonly at: readonly AttackAtEps[];
  /** Where it looked for the nearest points. */
  readonly nearest?: NearestPoints;
}

/** What a run of an attack did to samples. Arrays run along `attacked`. */
export interface AttackedSamples {
  /** Positions of the samples that it was run on. */
  readonly attacked: readonly number[];
  /** Positions of those that it broke. */
  readonly broke: readonly number[];
  /** The model's class for the adversarial point, or for the sample where there is none. */
  readonly predicted: readonly number[];
  /** Of the best point seen: positive where the attack succeeded; null where no score is finite. */
  readonly margins: readonly (number | null)[];
  /** How far the adversarial point is; null where there is none. */
  readonly distances: readonly (number | null)[];
  /** Forward passes of each sample. */
  readonly queries: readonly number[];
  /** Backward passes of each sample. */
  readonly gradients: readonly number[];
  readonly seconds: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Some of the adversarial points, to look at. */
  readonly images: readonly AdversarialImage[];
}

/**
 * What one attack did at one eps. What it breaks at one eps is broken at every larger one, so only the samples that stood at
 * the smaller ones are attacked.
 */
export interface AttackAtEps extends AttackedSamples {
  readonly eps: number;
  /**
   * Positions of the samples that are broken after it, clean errors included: by this attack at this or a smaller eps, and,
   * where it was run on survivors, by the attacks that count before it.
   */
  readonly broken: readonly number[];
  /** Accuracy after this attack: n less `broken`. */
  readonly accuracy: Rate;
  /** Attack success rate: `broken` without clean errors, among the samples that were classified correctly before. */
  readonly successRate: Rate;
  /** Of an attack that is repeated, with other random numbers, until a round breaks nothing: its rounds. */
  readonly rounds?: readonly { readonly attacked: number; readonly broke: number }[];
  /** Whether the last of these rounds broke nothing. */
  readonly converged?: boolean;
}

/** Nearest adversarial points; quantiles and accuracies follow from `distances`. */
export interface NearestPoints extends AttackedSamples {
  /** The most forward and backward passes that a sample might cost. */
  readonly passes: number;
  readonly quantiles: DistanceQuantiles;
}

/** The smallest distance at which any attack that counts found an adversarial point, for each sample. */
export interface MinimumNorm {
  /** Along all samples: 0 for a clean error, null where none was found. */
  readonly distances: readonly (number | null)[];
  readonly quantiles: DistanceQuantiles;
}

/** The distance within which this share of the samples is broken; null where fewer are. */
export type DistanceQuantiles = Readonly<Record<"q10" | "q25" | "q50" | "q75" | "q90", number | null>>;

/** What all attacks cost together. */
export interface Totals {
  /** Forward passes of single samples. */
  readonly queries: number;
  /** Backward passes of single samples. */
  readonly gradients: number;
  /** The same for each sample, along all of them. */
  readonly queriesOf: readonly number[];
  readonly gradientsOf: readonly number[];
  /** Of all attacks, on all workers. */
  readonly seconds: number;
}

/** Why an evaluation has less than its protocol asks for. */
export interface Stopped {
  readonly why: "budget";
  /** The time that it was given, in seconds. */
  readonly budget: number;
  /** What was not run: how many samples of which attack at which eps (null: it looks for the nearest points). */
  readonly missing: readonly { readonly attack: string; readonly eps: number | null; readonly samples: number }[];
}

/** Something seen in the numbers that their reader must know. */
export interface Finding {
  /** Such as `"gradient-masking"`. */
  readonly id: string;
  /** With a red flag the robust accuracy is not to be believed. */
  readonly severity: "note" | "warning" | "red-flag";
  /** The attack's name in the protocol, where it concerns one. */
  readonly attack?: string;
  /** Where it concerns one size. */
  readonly eps?: number;
  /** What was seen, with its numbers. */
  readonly seen: string;
  /** What it suggests. */
  readonly suggests: string;
  /** What to run next. */
  readonly next: string;
}

/** What became of a diagnostic check. */
export interface CheckOutcome {
  /** As its findings are called. */
  readonly id: string;
  /** `clear`: it looked and saw nothing. `seen`: there are findings. `not-run`: it could not look. */
  readonly outcome: "clear" | "seen" | "not-run";
  /** Why it could not look. */
  readonly why?: string;
}

/** One adversarial image. */
export interface AdversarialImage {
  readonly position: number;
  /** The sample's id. */
  readonly id: number;
  readonly label: number;
  /** The class that the adversarial image is taken for. */
  readonly predicted: number;
  readonly shape: readonly number[];
  /** Pixels as base64 of little-endian float32. */
  readonly original: string;
  readonly adversarial: string;
  /** The model's scores for both, where they were asked for. */
  readonly logits?: { readonly original: readonly number[]; readonly adversarial: readonly number[] };
}

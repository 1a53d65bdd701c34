import type { AttackProvenance, Bounds, Diagnostic, Norm } from "@kwta/attacks";
import type { ProtocolProvenance } from "./protocols/protocol.ts";
import type { Rate } from "./rate.ts";

/** The result of a protocol, as `report.json` holds it. Positions count the samples of the evaluation from 0. */
export interface Evaluation {
  readonly schema: "kwta-evaluation@2";
  readonly protocol: ProtocolProvenance;
  readonly threat: { readonly norm: Norm; readonly bounds: Bounds; readonly epsilons: readonly number[] };
  readonly seed: number;
  /** The TensorFlow.js backend that computed. */
  readonly backend: string;
  /** What else the numbers depend on, as it was given. */
  readonly environment: Readonly<Record<string, string | number>>;
  readonly n: number;
  /** Clean accuracy. */
  readonly clean: Rate;
  /** Positions of the samples that are classified wrongly without any attack. */
  readonly cleanErrors: readonly number[];
  /** What was odd about the model's answers without any attack. */
  readonly diagnostics: readonly Diagnostic[];
  readonly attacks: readonly AttackEvaluation[];
  /** At each eps, rising. */
  readonly robust: readonly RobustAccuracy[];
}

/** Per-sample worst case at one eps, over all attacks that ran on a sample; clean errors count as not robust. */
export interface RobustAccuracy {
  readonly eps: number;
  readonly accuracy: Rate;
}

/** What one attack of a protocol did. */
export interface AttackEvaluation {
  /** The protocol's name for it: `"pgd"`. */
  readonly id: string;
  readonly provenance: AttackProvenance;
  /** It was run on the first so many samples. */
  readonly n: number;
  /** Why it was not run to its end: the model has no gradient, and it needs one. */
  readonly notRun?: string;
  /** At each eps that it was run at, rising. */
  readonly at: readonly AttackAtEps[];
}

/**
 * What one attack did at one eps. What it breaks at one eps is broken at every larger one, so only the samples that stood at
 * the smaller ones are attacked.
 */
export interface AttackAtEps {
  readonly eps: number;
  /** How many samples it was run on at this eps. */
  readonly attacked: number;
  /** Positions of the samples that are classified wrongly after it, clean errors included. */
  readonly broken: readonly number[];
  /** Accuracy under this attack: clean errors count as errors. */
  readonly accuracy: Rate;
  /** Attack success rate: among the samples that were classified correctly before. */
  readonly successRate: Rate;
  /** Forward passes and gradients of single samples, in all, at this eps. */
  readonly queries: number;
  readonly gradients: number;
  readonly seconds: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Some of the samples that it broke here, to look at. */
  readonly images: readonly AdversarialImage[];
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
}

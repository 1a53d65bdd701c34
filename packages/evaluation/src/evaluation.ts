import type { Diagnostic, Provenance } from "@kwta/attacks";
import type { Rate } from "./rate.ts";

/** What one attack of a protocol did. Positions count the samples of the evaluation from 0. */
export interface EntryResult {
  /** The protocol's name for it: `"pgd"`. */
  readonly id: string;
  /** The attack itself: `"kwta/pgd"`, its version and every parameter. */
  readonly provenance: Provenance;
  /** It was run on the first so many samples. */
  readonly n: number;
  /** Positions of the samples that are classified wrongly after it, clean errors included. */
  readonly broken: readonly number[];
  /** Accuracy under this attack: clean errors count as errors. */
  readonly accuracy: Rate;
  /** Attack success rate: among the samples that were classified correctly before. */
  readonly successRate: Rate;
  /** Forward passes and gradients of single samples, in all. */
  readonly queries: number;
  readonly gradients: number;
  readonly seconds: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Accuracy under one attack over the size of the perturbation. */
export interface Curve {
  readonly id: string;
  readonly points: readonly { readonly eps: number; readonly accuracy: Rate }[];
}

/** The result of a protocol, as `report.json` holds it. */
export interface Evaluation {
  readonly schema: "kwta-evaluation@1";
  readonly protocol: string;
  readonly threat: { readonly norm: string; readonly eps: number };
  readonly seed: number;
  readonly n: number;
  /** Clean accuracy. */
  readonly clean: Rate;
  /** Positions of the samples that are classified wrongly without any attack. */
  readonly cleanErrors: readonly number[];
  readonly entries: readonly EntryResult[];
  /** Per-sample worst case over all attacks that ran on a sample; clean errors count as not robust. */
  readonly robust: Rate;
  readonly curves: readonly Curve[];
}

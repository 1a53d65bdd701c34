import type { AttackEvaluation, Evaluation, Finding } from "../evaluation.ts";
import type { Probes } from "./probes.ts";

/** What a check looks at: the numbers, and, where there was something to ask and time for it, the model. */
export interface Scene {
  readonly report: Evaluation;
  readonly probes: Probes | NotRun;
}

/** Why something was not done, as a sentence. */
export interface NotRun {
  readonly notRun: string;
}

/** What a check saw: a {@link Finding} but for its name. */
export type Observation = Omit<Finding, "id">;

/** One thing that makes a robust accuracy hard to believe. */
export interface Check {
  /** What its findings are called. */
  readonly id: string;
  /** One line: what it looks for. */
  readonly summary: string;
  /** What it saw, or why it could not look. */
  look(scene: Scene): Look | Promise<Look>;
}

/** @see {@link Check.look} */
export type Look = readonly Observation[] | NotRun;

/** The attacks that the worst case counts and that were run. */
export function countingAttacks({ attacks }: Pick<Evaluation, "attacks">): readonly AttackEvaluation[] {
  return attacks.filter(({ role, notRun }) => role === "verdict" && notRun === undefined);
}

/**
 * Whether all attacks that count see the model by its own gradient alone. Where one goes another way, by scores or by another
 * backward pass, a poor gradient is a reason for a warning, and not for doubt about the number.
 */
export function reliesOnGradient(report: Evaluation): boolean {
  return countingAttacks(report).every(followsOwnGradient);
}

/** Whether an attack sees the model by its own gradient alone. */
export function followsOwnGradient({ access, provenance }: AttackEvaluation): boolean {
  return access === "gradient" && !isAdapted(provenance);
}

function isAdapted({ id, of }: AttackEvaluation["provenance"]): boolean {
  return AROUND.has(id) || of.some(isAdapted);
}

/** Combinators that take another gradient than the model's own at the point. */
const AROUND: ReadonlySet<string> = new Set(["kwta/adaptive", "kwta/eot", "kwta/estimated-gradient"]);

/** `"3 of 20"` */
export function outOf(count: number, n: number): string {
  return `${count} of ${n}`;
}

/** The middle of some numbers; NaN of none. */
export function median(values: ArrayLike<number>): number {
  const sorted = Array.from(values).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

import { epsText } from "@kwta/core";
import type { AttackEvaluation, Evaluation, Finding, Rate, RobustAccuracy } from "@kwta/evaluation";
import type { RichCell } from "@kwta/viz";

/** `6.5 %` */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A share with its 95 % confidence interval, for a table. */
export function rateCell({ value, low, high }: Rate): RichCell {
  const percent = (share: number): string => (100 * share).toFixed(0);
  return { text: percentText(value), detail: `${percent(low)}–${percent(high)}`, share: value };
}

/** An attack's name, with what one must know to read its row. */
export function attackName({ id, on, role }: AttackEvaluation): string {
  const marks = [...(on === "survivors" ? ["survivors"] : []), ...(role === "diagnostic" ? ["diagnostic"] : [])];
  return marks.length === 0 ? id : `${id} (${marks.join(", ")})`;
}

/**
 * What a robust accuracy is called: it is a "worst case" only where every attack that counts could be run, was run to its end,
 * and no red flag stands.
 */
export function robustName(robust: RobustAccuracy, evaluation: Evaluation): string {
  if (!hasRun(robust, evaluation)) return "no attack ran";
  const isWhole = robust.complete && evaluation.attacks.every(({ role, notRun }) => role !== "verdict" || !notRun);
  const bound = isWhole ? [] : ["upper bound"];
  const names = robust.flagged ? [...bound, "red flag"] : bound;
  return names.length === 0 ? "worst case" : names.join(", ");
}

/** Whether any attack that counts was run at this eps or below, or looked for the nearest points. */
export function hasRun({ eps }: RobustAccuracy, { attacks }: Evaluation): boolean {
  const counting = attacks.filter(({ role }) => role === "verdict");
  return (
    counting.length === 0 ||
    counting.some(({ at, nearest }) => nearest !== undefined || at.some((part) => part.eps <= eps))
  );
}

/** What a finding concerns: `gate, eps 8/255`; empty where it concerns all. */
export function whereFound({ attack, eps }: Finding): string {
  return [...(attack === undefined ? [] : [attack]), ...(eps === undefined ? [] : [`eps ${epsText(eps)}`])].join(", ");
}

/** What a finding says, as sentences. */
export function findingText({ seen, suggests, next }: Finding): string {
  return [seen, suggests, ...(next === "" ? [] : [`Next: ${next}`])].map(sentence).join(" ");
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** How a severity is written. */
export const SEVERITY_WORDS: Readonly<Record<Finding["severity"], string>> = {
  "red-flag": "Red flag",
  warning: "Warning",
  note: "Note",
};

/** The class of a label, by its name where names are known. */
export function className({ subject }: Evaluation, label: number): string {
  return subject?.classNames?.[label] ?? `class ${label}`;
}

/** A sum. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A mean over the samples that were attacked, for a table: a dash where there were none. */
export function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : Number((sum(values) / values.length).toPrecision(3));
}

/** Seconds for people: `12.3`. */
export function secondsText(seconds: number): string {
  return seconds.toFixed(1);
}

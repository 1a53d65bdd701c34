import type { Samples } from "@kwta/attacks";
import type { Split } from "@kwta/datasets";
import { evaluate as evaluateTensors, quick, type Evaluation, type EvaluateOptions } from "@kwta/evaluation";
import { evaluationText } from "@kwta/report";
import { sizeOf, withoutSizes, type Sizes } from "./threat.ts";
import { classifierOf, onTensors, type Victim } from "./victim.ts";

/** Options of {@link evaluate}: sizes of the perturbation, such as `{ linf: ["2/255", "8/255"] }`, and those of `@kwta/evaluation`. */
export type EvaluationOptions = Sizes<EvaluateOptions["threat"]["eps"]> & Partial<Omit<EvaluateOptions, "threat">>;

/** An evaluation, with its numbers as a table for people, and what one must know to read it. */
export type EvaluationReport = Evaluation & { readonly table: string };

/**
 * Runs a protocol, by default `quick`, on samples of a data set, or on `{ x, labels }` of your own; see `evaluate` of
 * `@kwta/evaluation`.
 *
 * @throws InputError for bad input of any kind
 *
 * @example
 * ```ts
 * const report = await evaluate(net, subset(data.test, 1000), { protocol: quick, linf: ["2/255", "8/255"] });
 * console.log(report.table);
 * ```
 */
export async function evaluate(
  victim: Victim,
  samples: Split | Samples,
  options: EvaluationOptions,
): Promise<EvaluationReport> {
  const classifier = classifierOf(victim);
  const settings = { protocol: quick, ...withoutSizes(options), threat: sizeOf(options) };
  const evaluation = await onTensors(samples, classifier, (tensors) => evaluateTensors(classifier, tensors, settings));
  return { ...evaluation, table: evaluationText(evaluation) };
}

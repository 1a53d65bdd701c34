import type { Samples } from "@kwta/attacks";
import type { Split } from "@kwta/datasets";
import { evaluate as evaluateTensors, quick, type Evaluation, type EvaluateOptions } from "@kwta/evaluation";
import { evaluationText } from "@kwta/report";
import { sizeOf, withoutSizes, type Sizes } from "./threat.ts";
import { onTensors, whileAsked, type Victim } from "./victim.ts";

/** Options of {@link evaluate}: sizes of the perturbation, such as `{ linf: ["2/255", "8/255"] }`, and those of `@kwta/evaluation`. */
export type EvaluationOptions = Sizes<EvaluateOptions["threat"]["eps"]> &
  Partial<Omit<EvaluateOptions, "threat">> & {
    /**
     * Batch norm of a layers model is computed as it stands in it. Otherwise it becomes part of the layers before it, which is
     * faster, differs by rounding, and is said in the report.
     *
     * @defaultValue false
     */
    readonly exactBatchNorm?: boolean | undefined;
  };

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
  const { exactBatchNorm = false, ...others } = options;
  const evaluation = await whileAsked(victim, exactBatchNorm, (classifier, arithmetic) => {
    const environment = { ...arithmetic, ...others.environment };
    const settings = { protocol: quick, ...withoutSizes(others), environment, threat: sizeOf(others) };
    return onTensors(samples, classifier, (tensors) => evaluateTensors(classifier, tensors, settings));
  });
  return { ...evaluation, table: evaluationText(evaluation) };
}

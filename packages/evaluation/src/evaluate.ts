import type { Classifier, Samples } from "@kwta/attacks";
import { AbortedError } from "@kwta/core";
import { diagnose } from "./diagnostics/index.ts";
import { Forecast } from "./engine/forecast.ts";
import { runStage, type StageOutcome } from "./engine/run-stage.ts";
import { stagesOf } from "./engine/stages.ts";
import { Standings } from "./engine/standings.ts";
import type { Evaluation } from "./evaluation.ts";
import { withKeptLogits } from "./kept-logits.ts";
import { openEvaluation, type EvaluateOptions, type OpenEvaluation } from "./open-evaluation.ts";
import { settingsOf, summary } from "./summary.ts";

/**
 * Runs the attacks of a protocol on the same samples, at each size of the perturbation from the smallest up, and takes the worst
 * case of each sample. The model is asked once for its clean answers. An attack that needs a gradient which the model does not
 * have is reported as not run. With a `budget` of time the report says what it had no time for.
 *
 * @throws InputError for samples or settings that cannot be used
 * @throws AbortedError when the signal stopped it; what is in `parts` is not done again
 *
 * @example
 * ```ts
 * const threat = { norm: "linf", eps: ["2/255", "8/255"] } as const;
 * const { clean, robust } = await evaluate(classifier, { x, labels }, { protocol: quick, threat });
 * ```
 */
export async function evaluate(
  classifier: Classifier,
  samples: Samples,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const evaluation = await openEvaluation(classifier, samples, options);
  try {
    const { signal, onOpen } = options;
    await onOpen?.(settingsOf(evaluation));
    return await withKeptLogits(await runStages(evaluation), classifier, { batchSize: evaluation.batchSize, signal });
  } finally {
    evaluation.clock.close();
  }
}

async function runStages(evaluation: OpenEvaluation): Promise<Evaluation> {
  const { clean, protocol, threats, clock } = evaluation;
  const standings = new Standings(clean.correct);
  const forecast = new Forecast(evaluation, standings);
  const outcomes: StageOutcome[] = [];
  const cannot = new Map<string, string>();
  let eps = Infinity;
  for (const stage of stagesOf(protocol, threats)) {
    forecast.next();
    if (stage.threat.eps !== eps) standings.nextSize();
    ({ eps } = stage.threat);
    if (cannot.has(stage.entry.id)) continue;
    const outcome = await runStage(evaluation, standings, forecast, stage);
    if (outcome.notRun !== undefined) cannot.set(stage.entry.id, outcome.notRun);
    outcomes.push(outcome);
  }
  // A signal that was aborted after the last unit stops it all the same.
  if (clock.signal.aborted && !clock.isOver()) throw new AbortedError();
  return diagnose(evaluation, summary(evaluation, standings, outcomes));
}

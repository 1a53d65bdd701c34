import { areProbabilities, diagnosticsOf, type Classifier, type Samples } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { attackOverEps } from "./attack-over-eps.ts";
import type { AttackEvaluation, Evaluation, RobustAccuracy, Totals } from "./evaluation.ts";
import { openEvaluation, type EvaluateOptions, type OpenEvaluation } from "./open-evaluation.ts";
import { protocolProvenance } from "./protocols/protocol.ts";
import { rate } from "./rate.ts";

/**
 * Runs every attack of a protocol on the same samples, each on its own, at each size of the perturbation from the smallest
 * up, and takes the worst case of each sample. The model is asked once for its clean answers. An attack that needs a gradient
 * which the model does not have is reported as not run.
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
  const attacks: AttackEvaluation[] = [];
  for (const entry of evaluation.protocol.entries) attacks.push(await attackOverEps(evaluation, entry));
  return summary(evaluation, attacks);
}

function summary(evaluation: OpenEvaluation, attacks: readonly AttackEvaluation[]): Evaluation {
  const { clean, protocol, threats, seed, environment, command, subject } = evaluation;
  const n = clean.correct.length;
  const cleanErrors = [...clean.correct.keys()].filter((i) => clean.correct[i] === 0);
  const { norm, bounds } = threats[0]!;
  return {
    schema: "kwta-evaluation@3",
    ...(command !== undefined && { command }),
    ...(subject !== undefined && { subject }),
    protocol: protocolProvenance(protocol),
    threat: { norm, bounds, epsilons: threats.map(({ eps }) => eps) },
    seed,
    backend: tf.getBackend(),
    environment,
    n,
    samples: {
      ids: [...evaluation.samples.ids],
      labels: [...evaluation.samples.labels],
      cleanPredicted: [...clean.predicted],
      cleanMargin: Array.from(clean.margin, (margin) => (Number.isFinite(margin) ? margin : null)),
    },
    clean: rate(n - cleanErrors.length, n),
    cleanErrors,
    cleanDiagnostics: cleanDiagnostics(evaluation),
    attacks,
    robust: threats.map(({ eps }) => worstCase(eps, n, cleanErrors, attacks)),
    totals: totalsOf(n, attacks),
    diagnostics: [],
  };
}

/** What an attack broke at a smaller eps is broken at this one. */
function worstCase(
  eps: number,
  n: number,
  cleanErrors: readonly number[],
  attacks: readonly AttackEvaluation[],
): RobustAccuracy {
  const broken = new Set(cleanErrors);
  for (const { at } of attacks) {
    for (const part of at) if (part.eps <= eps) part.broken.forEach((position) => broken.add(position));
  }
  return {
    eps,
    accuracy: rate(n - broken.size, n),
    broken: [...broken].sort((a, b) => a - b),
    complete: true,
    flagged: false,
  };
}

function totalsOf(n: number, attacks: readonly AttackEvaluation[]): Totals {
  const [queriesOf, gradientsOf] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
  let seconds = 0;
  for (const part of attacks.flatMap(({ at }) => at)) {
    seconds += part.seconds;
    for (const [i, position] of part.attacked.entries()) {
      queriesOf[position]! += part.queries[i]!;
      gradientsOf[position]! += part.gradients[i]!;
    }
  }
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return { queries: sum(queriesOf), gradients: sum(gradientsOf), queriesOf, gradientsOf, seconds };
}

function cleanDiagnostics({ clean }: OpenEvaluation): Evaluation["cleanDiagnostics"] {
  const count = (flags: Iterable<unknown>): number => [...flags].filter(Boolean).length;
  return diagnosticsOf([
    new Map([
      ["probabilities", areProbabilities(clean) ? clean.probabilities.length : 0],
      ["non-finite-logits", count([...clean.margin].map(Number.isNaN))],
    ]),
  ]);
}

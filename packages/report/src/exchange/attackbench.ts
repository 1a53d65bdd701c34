import { epsText } from "@kwta/core";
import type { AttackEvaluation, Evaluation } from "@kwta/evaluation";
import { targetText } from "../goal.ts";
import { formatTable, type TableData } from "@kwta/viz";

/** A row as AttackBench has it. */
export interface AttackBenchRow {
  readonly attack: string;
  readonly library: string;
  /** Attack success rate over all samples at the largest eps: clean errors count. */
  readonly asr: number;
  /**
   * Local optimality: 1 where the attack's curve of accuracy over the distance is the lower envelope of all attacks in the
   * report, 0 where it is no better than none. Null where the attack was run on survivors or fewer samples, which makes no
   * curve of its own.
   */
  readonly localOptimality: number | null;
  /** Mean forward passes of an attacked sample. */
  readonly forwards: number | null;
  /** Mean backward passes of an attacked sample. */
  readonly backwards: number | null;
  /** Mean seconds of an attacked sample. */
  readonly seconds: number | null;
}

/**
 * A row for each attack. Of an attack that looked for the nearest points the distances are known; of one at given sizes each
 * sample's distance is the smallest eps that broke it, so more sizes make a truer local optimality.
 *
 * @see https://github.com/attackbench/AttackBench
 */
export function attackBenchRows(evaluation: Evaluation): AttackBenchRow[] {
  const { attacks } = evaluation;
  const ran = attacks.filter(({ at, nearest }) => at.length > 0 || nearest !== undefined);
  const curves = ran.map((attack) => (isWhole(attack, evaluation) ? distances(attack, evaluation) : undefined));
  const best = lowerEnvelope(ran.map((attack) => distances(attack, evaluation)));
  return ran.map((attack, i): AttackBenchRow => {
    const runs = attack.nearest === undefined ? attack.at : [attack.nearest];
    const found = distances(attack, evaluation).slice(0, attack.n);
    const seconds = runs.reduce((total, run) => total + run.seconds, 0);
    const images = new Set(runs.flatMap(({ attacked }) => attacked)).size;
    const perImage = (field: "queries" | "gradients"): number | null => {
      const total = runs.reduce((all, run) => all + run[field].reduce((a, b) => a + b, 0), 0);
      return images === 0 ? null : Number((total / images).toPrecision(4));
    };
    return {
      attack: attack.id,
      library: attack.provenance.id.split("/")[0]!,
      asr: found.filter((distance) => distance < Infinity).length / Math.max(1, attack.n),
      localOptimality: curves[i] === undefined ? null : localOptimality(curves[i], best),
      forwards: perImage("queries"),
      backwards: perImage("gradients"),
      seconds: images === 0 ? null : Number((seconds / images).toPrecision(3)),
    };
  });
}

/** The rows as a table in AttackBench's words: `attack | library | ASR | LO | #F | #B | t`. */
function attackBenchTable(evaluation: Evaluation): TableData {
  const share = (value: number | null): string | null => (value === null ? null : value.toFixed(3));
  const { norm, epsilons } = evaluation.threat;
  const target = targetText(evaluation);
  const rows = attackBenchRows(evaluation).map((row) => [
    row.attack,
    row.library,
    share(row.asr),
    share(row.localOptimality),
    row.forwards,
    row.backwards,
    row.seconds,
  ]);
  return {
    caption: `${norm}, up to eps ${epsText(epsilons.at(-1)!)}, ${evaluation.n} images${target === undefined ? "" : `; targeted: ${target}`}`,
    columns: ["attack", { title: "library", align: "left" }, "ASR", "LO", "#F", "#B", "t"],
    rows,
  };
}

/** The table as Markdown. */
export function attackBenchMarkdown(evaluation: Evaluation): string {
  return `${formatTable(attackBenchTable(evaluation), { format: "markdown" })}\n`;
}

/** Whether every sample that was right before was attacked, at every size. */
function isWhole({ on, n, at, nearest }: AttackEvaluation, evaluation: Evaluation): boolean {
  return (
    on === "all" && n === evaluation.n && (nearest !== undefined || at.length === evaluation.threat.epsilons.length)
  );
}

/** Of each sample: 0 for a clean error, Infinity where the attack found nothing. */
function distances({ at, nearest }: AttackEvaluation, { n, cleanErrors }: Evaluation): number[] {
  const found = new Array<number>(n).fill(Infinity);
  for (const { eps, broke } of at) for (const position of broke) found[position] = Math.min(found[position]!, eps);
  nearest?.attacked.forEach((position, i) => (found[position] = nearest.distances[i] ?? Infinity));
  for (const position of cleanErrors) found[position] = 0;
  return found;
}

/** Of each sample, the smallest distance of any attack; each list runs along the samples. */
export function lowerEnvelope(all: readonly (readonly number[])[]): number[] {
  const [first = []] = all;
  return first.map((_, i) => all.reduce((least, each) => Math.min(least, each[i]!), Infinity));
}

/**
 * AttackBench's local optimality of an attack: `1 - (A - A*) / (c D - A*)` with the areas below the curves of the attack and
 * of the envelope, up to the envelope's largest distance D; c is the clean accuracy. As the curves are stairs, the areas are
 * means of distances cut at D.
 *
 * @param found of each sample: 0 for a clean error, Infinity where the attack found nothing
 * @param best the {@link lowerEnvelope} of all attacks
 * @returns at most 1; null where no attack broke a sample
 * @see Cina et al.: "AttackBench" (AAAI 2025), arXiv 2404.19460, section 3
 */
export function localOptimality(found: readonly number[], best: readonly number[]): number | null {
  const finite = best.filter((distance) => distance < Infinity);
  const most = Math.max(0, ...finite);
  const area = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + Math.min(value, most), 0) / best.length;
  const worst = (best.filter((distance) => distance > 0).length / best.length) * most;
  if (worst - area(best) <= 0) return null;
  return 1 - (area(found) - area(best)) / (worst - area(best));
}

import { isInLevels } from "@kwta/core";
import type { AttackEvaluation, Evaluation, Rate } from "@kwta/evaluation";
import { lineChart, renderSvg, type LineChartData, type LinePoint, type LineSeries } from "@kwta/viz";
import { attackName, hasRun, robustName } from "../words.ts";

/** Accuracy over the size of the perturbation: each attack, and what they all come to, with 95 % bands. */
export function accuracyChart(evaluation: Evaluation): Promise<string> {
  const { attacks } = evaluation;
  const shown = attacks.filter(({ at }) => at.length > 0).slice(0, MOST_LINES);
  const series = [...robustLine(evaluation), ...shown.map((attack) => attackLine(attack, evaluation))];
  return draw({ title: "Accuracy over eps", x: xAxis(evaluation), series });
}

/** More lines than these cannot be told apart. */
const MOST_LINES = 8;

/** Several evaluations in one picture: what is left of each in the worst case. */
export function robustChart(named: readonly (readonly [name: string, evaluation: Evaluation])[]): Promise<string> {
  const series = named.map(([name, evaluation], i): LineSeries => {
    const flagged = evaluation.robust.some(({ flagged: red, complete }) => red || !complete);
    return {
      name,
      dashed: flagged || i >= 6,
      points: robustPoints(evaluation, scaleOf(named.map(([, each]) => each))),
    };
  });
  const x = xAxis(...named.map(([, evaluation]) => evaluation));
  return draw({ title: "Robust accuracy over eps", x, series });
}

/** Accuracy over the distance of the nearest adversarial points. */
export function distanceChart(evaluation: Evaluation): Promise<string> | undefined {
  const { minimumNorm, attacks, n, cleanErrors } = evaluation;
  if (minimumNorm === undefined) return undefined;
  const scale = scaleOf([evaluation]);
  const all = stairs(minimumNorm.distances, n, scale);
  const lines = attacks.flatMap((attack): LineSeries[] => {
    const { nearest } = attack;
    if (nearest === undefined || attack.n < n) return [];
    const distances = new Array<number | null>(n).fill(null);
    for (const position of cleanErrors) distances[position] = 0;
    for (const [i, position] of nearest.attacked.entries()) distances[position] = nearest.distances[i]!;
    return [{ name: attackName(attack), points: stairs(distances, n, scale), marks: false, dashed: true }];
  });
  return draw({
    title: "Accuracy over the distance of the nearest points",
    x: { ...xAxis(evaluation), label: xAxis(evaluation).label.replace("eps", "distance") },
    series: [{ name: "nearest of all", points: all, marks: false, weight: 3 }, ...lines.slice(0, MOST_LINES)],
  });
}

/** The share of samples that have no adversarial point within a distance, falling at each distance. */
function stairs(distances: readonly (number | null)[], n: number, scale: number): LinePoint[] {
  const found = distances.filter((each) => each !== null).sort((a, b) => a - b);
  const points = found.flatMap((distance, i): LinePoint[] => [
    [distance * scale, 1 - i / n],
    [distance * scale, 1 - (i + 1) / n],
  ]);
  return [[0, 1], ...points];
}

function draw(data: Omit<LineChartData, "y">): Promise<string> {
  return renderSvg(lineChart({ ...data, y: { label: "accuracy", percent: true, domain: [0, 1] }, width: 530 }));
}

function robustLine(evaluation: Evaluation): LineSeries[] {
  const last = evaluation.robust.at(-1);
  if (last === undefined || !hasRun(last, evaluation)) return [];
  const name = robustName(last, evaluation);
  const points = robustPoints(evaluation, scaleOf([evaluation]));
  return [{ name, points, weight: 4, dashed: name !== "worst case" }];
}

/** Where no attack was run, there is nothing to draw. */
function robustPoints(evaluation: Evaluation, scale: number): LinePoint[] {
  const known = evaluation.robust.filter((each) => hasRun(each, evaluation));
  return [point(0, evaluation.clean), ...known.map(({ eps, accuracy }) => point(eps * scale, accuracy))];
}

/** From the clean accuracy of its own samples, at eps 0. */
function attackLine(attack: AttackEvaluation, evaluation: Evaluation): LineSeries {
  const { at, role, n } = attack;
  const scale = scaleOf([evaluation]);
  const start = n === evaluation.n && attack.on === "all" ? [point(0, evaluation.clean)] : [];
  return {
    name: attackName(attack),
    dashed: role === "diagnostic" ? "dots" : attack.on === "survivors",
    points: [...start, ...at.map(({ eps, accuracy }) => point(eps * scale, accuracy))],
  };
}

function point(x: number, { value, low, high }: Rate): LinePoint {
  return [x, value, low, high];
}

/** Sizes in levels of an image are drawn in levels. */
function scaleOf(evaluations: readonly Evaluation[]): number {
  return evaluations.every(({ threat }) => threat.epsilons.every(isInLevels)) ? 255 : 1;
}

function xAxis(...evaluations: readonly Evaluation[]): { readonly label: string } {
  const norms = [...new Set(evaluations.map(({ threat }) => threat.norm))].join(", ");
  return { label: scaleOf(evaluations) === 255 ? `eps (${norms}), in 1/255` : `eps (${norms})` };
}

import type { Evaluation, Rate } from "@kwta/evaluation";
import type { TableCell, TableData } from "@kwta/viz";

/** What was found, for people: the clean accuracy, then at each eps every attack and the worst case. */
export function evaluationTable({ clean, cleanErrors, attacks, robust, n, threat }: Evaluation): TableData {
  const none = [null, null, null, null];
  const rows = robust.flatMap(({ eps, accuracy }): TableCell[][] => [
    ...attacks.flatMap(({ id, n: images, at, notRun }): TableCell[][] => {
      const parts = at.filter((part) => part.eps === eps);
      if (notRun !== undefined && parts.length === 0) return [[epsText(eps), id, images, "not run", ...none]];
      return parts.map((part) => [
        epsText(eps),
        id,
        images,
        cell(part.accuracy),
        cell(part.successRate),
        sum(part.gradients),
        sum(part.queries),
        part.seconds.toFixed(1),
      ]);
    }),
    [epsText(eps), "worst case", accuracy.n, hasRun(attacks, eps) ? cell(accuracy) : "no attack ran", ...none],
  ]);
  return {
    caption: `${threat.norm}, ${n} images, ${cleanErrors.length} wrong without any attack`,
    columns: [
      "eps",
      { title: "attack", align: "left" },
      "images",
      "accuracy",
      "success rate",
      "gradients",
      "queries",
      "seconds",
    ],
    rows: [["0", "none (clean)", clean.n, cell(clean), ...none], ...rows],
  };
}

function hasRun(attacks: Evaluation["attacks"], eps: number): boolean {
  return attacks.length === 0 || attacks.some(({ at }) => at.some((part) => part.eps <= eps));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function cell({ value, low, high }: Rate): TableCell {
  return { text: `${(100 * value).toFixed(1)} %`, detail: `${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}` };
}

/** `8/255` rather than 0.0314 where that is what it is. */
function epsText(eps: number): string {
  const levels = eps * 255;
  const isWhole = Math.abs(levels - Math.round(levels)) < 1e-6 && levels > 0.5 && levels < 254.5;
  return isWhole && String(eps).length > 6 ? `${Math.round(levels)}/255` : String(Number(eps.toPrecision(3)));
}

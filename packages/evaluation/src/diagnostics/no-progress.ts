import { countingAttacks, outOf, type Check, type Observation } from "./check.ts";

/** An attack that does not optimise: no point that it asked about inside the ball is any better than the input. */
export const noProgress: Check = {
  id: "no-progress",
  summary: "attacks that find no point better than the input",
  look({ report }) {
    const { cleanMargin } = report.samples;
    // Those margins are of any wrong class.
    if (report.goal !== undefined && report.goal.targets !== "likely") {
      return { notRun: "How far a target is from the input is not known, unless it is the likeliest one." };
    }
    // Margins are of points inside the ball; one that looks for the nearest error may do well and never be there.
    const counting = countingAttacks(report).filter(({ at, kind }) => at.length > 0 && kind !== "minimum-norm");
    if (counting.length === 0) return { notRun: "No attack was run at an eps that stays inside the ball." };
    return counting.flatMap(({ id, access, at }) =>
      at.flatMap(({ eps, attacked, broke, margins }): Observation[] => {
        const broken = new Set(broke);
        const left = [...attacked.keys()].filter((i) => !broken.has(attacked[i]!));
        const stuck = left.filter((i) => !((margins[i] ?? -Infinity) > (cleanMargin[attacked[i]!] ?? -Infinity)));
        if (eps === 0 || access === "label" || stuck.length <= MUCH * attacked.length) return [];
        return [
          {
            severity: access === "gradient" && attacked.length === stuck.length ? "red-flag" : "warning",
            attack: id,
            eps,
            seen: `At ${outOf(stuck.length, attacked.length)} samples ${id} found no point that is nearer to an error than the input.`,
            suggests: "The attack does not optimise: its gradient or its steps lead nowhere.",
            next: "Try smaller steps, the loss margin, and an attack without gradients (square).",
          },
        ];
      }),
    );
  },
};

const MUCH = 0.1;

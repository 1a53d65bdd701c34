import { countingAttacks, outOf, type Check, type Observation } from "./check.ts";

/** An attack that does not optimise: no point that it asked about is any better than the input. */
export const noProgress: Check = {
  id: "no-progress",
  summary: "attacks that find no point better than the input",
  look({ report }) {
    const { cleanMargin } = report.samples;
    return countingAttacks(report).flatMap(({ id, access, at }) =>
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

import type { TracePoint } from "@kwta/attacks";
import { countingAttacks, outOf, type Check, type Look, type Scene } from "./check.ts";
import { withGradient } from "./probes.ts";

/**
 * The fourth Indicator of Attack Failure: attacks that were still getting on when they stopped. Costs the first attack with a
 * gradient once more, on the samples that are probed and stand.
 */
export const unfinished: Check = {
  id: "unfinished",
  summary: "attacks that were still getting on when they stopped",
  look: stillRising,
};

async function stillRising({ report, probes: given }: Scene): Promise<Look> {
  const probes = withGradient(given);
  if ("notRun" in probes) return probes;
  const entry = countingAttacks(report).find(({ access, aim }) => access === "gradient" && aim === "within-eps");
  if (entry === undefined) return { notRun: "No attack with a gradient was run at an eps." };
  // What broke everything had steps enough.
  if (probes.standing.length === 0) return [];
  const trace = probes.standing.map((position) => report.samples.ids[position]!);
  const result = await probes.attack(probes.attackOf(entry.id), probes.standing, { trace });
  if ("notRun" in result) return result;
  const rising = trace.filter((id) => isRising(result.trace.filter((point) => point.id === id && point.excess <= 1)));
  if (rising.length <= MUCH * trace.length) return [];
  return [
    {
      severity: "warning",
      attack: entry.id,
      eps: probes.eps,
      seen: `At ${outOf(rising.length, trace.length)} samples that stand, the best margin of ${entry.id} still rose by more than ${100 * RISE} % in its last tenth.`,
      suggests: "The attack had too few steps to come to its end.",
      next: `Run ${entry.id} with more steps, or apgd, which says itself when to make them smaller.`,
    },
  ];
}

/** Whether the best margin so far still moved at the end, as a share of all that it moved. */
function isRising(points: readonly TracePoint[]): boolean {
  let best = -Infinity;
  const highest = points.map(({ margin }) => (best = Math.max(best, margin)));
  const [first, last] = [highest[0]!, highest.at(-1)!];
  const before = highest[Math.min(highest.length - 2, Math.floor(0.9 * highest.length))]!;
  return points.length >= 10 && last > first && (last - before) / (last - first) > RISE;
}

const RISE = 0.05;
const MUCH = 0.25;

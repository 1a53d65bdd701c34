import { threatModel, type Classifier } from "@kwta/attacks";
import type { Curve, EntryResult } from "./evaluation.ts";
import type { ProtocolEntry } from "./protocol.ts";
import { rate, type Rate } from "./rate.ts";
import { attackAt, type AttackSetting } from "./run-entry.ts";
import type { Samples } from "./samples.ts";

/**
 * Accuracy under one attack over eps, through the result at the evaluation's own eps, which it repeats. What an attack
 * breaks at one eps is broken at every larger one, and what it does not break is not attacked again at a smaller one: the
 * curve is monotone, and no work is done for samples that are already decided.
 *
 * @param anchor the result of `entry` at `setting.threat.eps`
 * @throws InputError for an eps that is no threat model
 */
export async function robustnessCurve(
  classifier: Classifier,
  samples: Samples,
  entry: ProtocolEntry,
  anchor: EntryResult,
  epsilons: readonly number[],
  clean: Rate,
  setting: AttackSetting,
): Promise<Curve> {
  const { eps: anchorEps, norm, bounds } = setting.threat;
  const sorted = [...new Set(epsilons)].filter((eps) => eps > 0 && eps !== anchorEps).sort((a, b) => a - b);
  const n = anchor.n;
  const accuracyAt = new Map<number, Rate>([
    [0, clean],
    [anchorEps, anchor.accuracy],
  ]);
  const breakAt = async (eps: number, positions: readonly number[]): Promise<number[]> => {
    const threat = threatModel({ norm, eps, bounds });
    return (await attackAt(classifier, samples, positions, entry, { ...setting, threat })).broken;
  };
  let broken: readonly number[] = anchor.broken;
  for (const eps of sorted.filter((value) => value < anchorEps).sort((a, b) => b - a)) {
    broken = await breakAt(eps, broken);
    accuracyAt.set(eps, rate(n - broken.length, n));
  }
  const all = new Set(anchor.broken);
  for (const eps of sorted.filter((value) => value > anchorEps)) {
    const standing = Array.from({ length: n }, (_, i) => i).filter((i) => !all.has(i));
    for (const position of await breakAt(eps, standing)) all.add(position);
    accuracyAt.set(eps, rate(n - all.size, n));
  }
  const points = [...accuracyAt].sort(([a], [b]) => a - b).map(([eps, accuracy]) => ({ eps, accuracy }));
  return { id: entry.id, points };
}

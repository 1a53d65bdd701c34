import type { Rate } from "@kwta/evaluation";
import type { DuelName } from "../compute/duels.ts";

/** What stands after some images, as far as it is known. */
export type Tally = Partial<Readonly<Record<DuelName, Rate>>>;

/** What a tally says: a sentence for each comparison, a finding only where the 95 % intervals have parted. */
export function findingOf(tally: Tally): string {
  const { "relu-pgd": relu, "kwta-pgd": kwta, "kwta-gate": gate } = tally;
  if (!relu || !kwta || !gate) return "";
  const finding = [byPgd(relu, kwta), lookingPast(kwta, gate)];
  return finding.join(" ");
}

function share({ count, n }: Rate): string {
  return `${count} of ${n}`;
}

function byPgd(relu: Rate, kwta: Rate): string {
  const numbers = `PGD leaves ${share(kwta)} images to the k-WTA net and ${share(relu)} to the ReLU net`;
  if (kwta.low > relu.high) return `Judged by PGD, k-WTA is the more robust: ${numbers}.`;
  if (relu.low > kwta.high) return `Judged by PGD, ReLU is the more robust: ${numbers}.`;
  return `${numbers}: the intervals overlap, so that tells no difference yet.`;
}

function lookingPast(kwta: Rate, gate: Rate): string {
  const numbers = `adaptive PGD leaves it ${share(gate)}`;
  if (gate.high < kwta.low) return `Looking past the jumps, ${numbers}: PGD had flattered it.`;
  if (gate.low > kwta.high) return `Looking past the jumps, ${numbers}: here PGD is the stronger attack.`;
  return `Looking past the jumps, ${numbers}: no difference from PGD yet.`;
}

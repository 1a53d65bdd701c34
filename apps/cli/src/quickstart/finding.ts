import { differs, type Rate } from "@kwta/evaluation";
import type { AtEps } from "./at-eps.ts";
import { PLAIN_ATTACK } from "./protocol.ts";
import type { Pair } from "./report.ts";

/**
 * One sentence that says what the numbers of a ReLU net and a k-WTA net mean. It follows from the numbers: what PGD says
 * about the difference, and what is left of it in the worst case over all attacks. Differences within the error of the
 * samples are called that.
 */
export function finding({ relu, kwta }: Pair<AtEps>, eps: number): string {
  const pgd = { relu: underPgd(relu), kwta: underPgd(kwta) };
  const worst = { relu: relu.robust, kwta: kwta.robust };
  const start = `Under PGD at eps ${Number(eps.toPrecision(3))} the k-WTA net keeps ${percent(pgd.kwta)} and the ReLU net ${percent(pgd.relu)}`;
  const end = `under the worst of the attacks, adaptive ones included, ${percent(worst.kwta)} and ${percent(worst.relu)}`;
  return `${start}; ${end}: ${verdict(pgd, worst)}`;
}

function verdict(pgd: Pair<Rate>, worst: Pair<Rate>): string {
  const seemed = differs(pgd.kwta, pgd.relu) && pgd.kwta.value > pgd.relu.value;
  const remains = differs(worst.kwta, worst.relu) && worst.kwta.value > worst.relu.value;
  const lost = differs(worst.kwta, worst.relu) && worst.kwta.value < worst.relu.value;
  if (seemed && remains) {
    const left = Math.round((100 * (worst.kwta.value - worst.relu.value)) / (pgd.kwta.value - pgd.relu.value));
    if (left >= 90) return "k-WTA looks more robust, and these attacks do not take that back; stronger ones may.";
    const taken = left > 50 ? `${100 - left} %` : "most";
    return `k-WTA looks more robust, but adaptive attacks take ${taken} of that back; ${left} % of the gap is left.`;
  }
  if (seemed && lost)
    return "what k-WTA seemed to gain was a hidden gradient; in truth it is the less robust net here.";
  if (seemed) return "what k-WTA seemed to gain was a hidden gradient, not robustness.";
  if (remains) return "k-WTA is the more robust net here, even against the adaptive attacks.";
  if (lost) return "k-WTA is the less robust net here.";
  return "the two nets do not differ by more than the error of so few images.";
}

function underPgd({ attacks }: AtEps): Rate {
  return attacks.find(({ id }) => id === PLAIN_ATTACK)!.accuracy;
}

function percent({ value }: Rate): string {
  return `${(100 * value).toFixed(0)} %`;
}

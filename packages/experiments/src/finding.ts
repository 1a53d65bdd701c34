import { differs, type Evaluation, type Rate } from "@kwta/evaluation";

/** The two nets of a comparison: the same architecture, data, training and attacks. */
export interface Pair<T> {
  readonly relu: T;
  readonly kwta: T;
}

/**
 * One sentence that says what the numbers of a ReLU net and a k-WTA net mean. It follows from the numbers: what PGD says
 * about the difference, and what is left of it in the worst case over all attacks. Differences within the error of the
 * samples are called that.
 */
export function finding({ relu, kwta }: Pair<Evaluation>): string {
  const eps = `eps ${Number(relu.threat.eps.toPrecision(3))}`;
  const pgd = { relu: accuracyUnder(relu, "pgd"), kwta: accuracyUnder(kwta, "pgd") };
  const worst = { relu: relu.robust, kwta: kwta.robust };
  const start = `Under PGD at ${eps} the k-WTA net keeps ${percent(pgd.kwta)} and the ReLU net ${percent(pgd.relu)}`;
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

function accuracyUnder(evaluation: Evaluation, id: string): Rate {
  return evaluation.entries.find((entry) => entry.id === id)!.accuracy;
}

function percent({ value }: Rate): string {
  return `${(100 * value).toFixed(0)} %`;
}

import { compare, whatIsLeft, type Comparison, type Evaluation, type GapVerdict, type Rate } from "@kwta/evaluation";
import { PLAIN_ATTACK } from "./protocol.ts";
import type { Pair } from "./report.ts";

/**
 * One sentence that says what the numbers of a ReLU net and a k-WTA net mean. It follows from the numbers: what PGD says about
 * the difference, and what is left of it in the worst case over all attacks, both by a paired test on the same images. Where
 * they are too few to tell, it says how many would do; where a number is not to be believed, there is no verdict.
 */
export function finding({ relu, kwta }: Pair<Evaluation>, eps: number): string {
  const nets = { relu: atEps(relu, eps), kwta: atEps(kwta, eps) };
  const start =
    `Under PGD at eps ${Number(eps.toPrecision(3))} the k-WTA net keeps ${percent(nets.kwta.pgd.accuracy)} ` +
    `and the ReLU net ${percent(nets.relu.pgd.accuracy)}`;
  const end = `under the worst of the attacks, adaptive ones included, ${percent(nets.kwta.worst.accuracy)} and ${percent(nets.relu.worst.accuracy)}`;
  return `${start}; ${end} (${kwta.n} images, backend ${kwta.backend}): ${doubt({ relu, kwta }, eps) ?? verdict(nets, kwta.n)}`;
}

/** What an evaluation says of one size. */
interface AtSize {
  readonly pgd: { readonly accuracy: Rate; readonly broken: readonly number[] };
  readonly worst: { readonly accuracy: Rate; readonly broken: readonly number[] };
}

function atEps({ attacks, robust }: Evaluation, eps: number): AtSize {
  return {
    pgd: attacks.find(({ id }) => id === PLAIN_ATTACK)!.at.find((part) => part.eps === eps)!,
    worst: robust.find((part) => part.eps === eps)!,
  };
}

/** Why there is no verdict. */
function doubt(nets: Pair<Evaluation>, eps: number): string | undefined {
  for (const [name, evaluation] of [["k-WTA", nets.kwta] as const, ["ReLU", nets.relu] as const]) {
    const flags = evaluation.diagnostics.filter((each) => each.severity === "red-flag" && (each.eps ?? eps) === eps);
    const isOneClass = flags.some(({ id }) => id === "one-class");
    if (isOneClass) return `the ${name} net answers one class whatever it sees, so there is nothing to compare.`;
    if (flags[0] !== undefined) {
      return `no verdict, since the number of the ${name} net is not to be believed. ${flags[0].seen} ${flags[0].next}`;
    }
  }
  return undefined;
}

function verdict({ relu, kwta }: Pair<AtSize>, n: number): string {
  const pgd = compare(n, kwta.pgd.broken, relu.pgd.broken);
  const worst = compare(n, kwta.worst.broken, relu.worst.broken);
  if (!pgd.differs || pgd.difference.value <= 0) return ofWorstCase(worst);
  const { outcome, share, needed } = whatIsLeft(pgd, worst);
  const most = `${Math.round(100 * share.high)} %`;
  switch (outcome) {
    case "left":
      return ofRest(share);
    case "gone":
      return `what k-WTA seemed to gain was a hidden gradient, not robustness; at most ${most} of the gap is left.`;
    case "reversed":
      return "what k-WTA seemed to gain was a hidden gradient; in truth it is the less robust net here.";
    case "cannot-be-told":
      return `how much of that is left cannot be told with ${n} images, up to ${most} of the gap; take ${needed}.`;
  }
}

function ofRest({ value, low, high }: GapVerdict["share"]): string {
  const left = Math.round(100 * value);
  if (left >= 90) return "k-WTA looks more robust, and these attacks do not take that back; stronger ones may.";
  const taken = left > 50 ? `${100 - left} %` : "most";
  const range = `${Math.max(0, Math.round(100 * low))} to ${Math.round(100 * high)} %`;
  return `k-WTA looks more robust, but adaptive attacks take ${taken} of that back; ${left} % of the gap is left (${range}).`;
}

/** Where PGD shows no gap. */
function ofWorstCase({ differs, difference }: Comparison): string {
  if (!differs) return "the two nets do not differ by more than the error of so few images.";
  return difference.value > 0
    ? "k-WTA is the more robust net here, even against the adaptive attacks."
    : "k-WTA is the less robust net here.";
}

function percent({ value }: Rate): string {
  return `${(100 * value).toFixed(0)} %`;
}

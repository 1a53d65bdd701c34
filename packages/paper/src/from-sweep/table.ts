import { epsText, InputError } from "@kwta/core";
import { methodSettings, parseMethod } from "@kwta/training";
import type { Standing } from "../shared/accuracies/data.ts";
import type { ResultRow, ResultTable } from "../tables/data.ts";
import { PUBLISHED } from "../tables/published.ts";
import { trainingText, type Training } from "../tables/training-text.ts";
import { commonEpsilons, onlyOne, type SweepNet } from "./sweep-nets.ts";

/** The attacks of the protocol `paper`, in the order of its columns. */
const ATTACKS: readonly string[] = ["pgd", "cw", "deepfool", "mim"];

/**
 * The table of a data set, of a sweep: each training evaluated by the protocol `paper` and by `adaptive`. A sweep has no surrogate,
 * so that the column of transfer attacks stays empty.
 */
export function tableOf(dataset: string, all: readonly SweepNet[]): ResultTable {
  const nets = all.filter((net) => net.dataset === dataset);
  const pairs = nets
    .filter(({ protocol }) => protocol === "paper")
    .flatMap((ofPaper) => {
      const same = nets.filter((each) => each.protocol === "adaptive" && isSameNet(each, ofPaper));
      const ofAdaptive = onlyOne(same, `${nameOf(ofPaper)} under adaptive`);
      return ofAdaptive === undefined ? [] : [{ ofPaper, ofAdaptive }];
    });
  if (pairs.length === 0) {
    throw new InputError(
      `The table of ${dataset} of a sweep needs trainings on it that are evaluated by the protocols paper and adaptive, at the same samples and eps.`,
    );
  }
  const epsilons = commonEpsilons(pairs.flatMap(({ ofPaper, ofAdaptive }) => [ofPaper, ofAdaptive]));
  if (epsilons.length !== 1) {
    throw new InputError(
      `A table is at one ε, and the evaluations have ${epsilons.map(epsText).join(", ") || "none"} in common. Make a sweep at one.`,
    );
  }
  const [eps = 0] = epsilons;
  const rows = pairs.map(({ ofPaper, ofAdaptive }) => {
    onlyOne(
      pairs.map((pair) => pair.ofPaper).filter((each) => nameOf(each) === nameOf(ofPaper)),
      nameOf(ofPaper),
    );
    return rowOf(ofPaper, ofAdaptive, eps);
  });
  return {
    dataset,
    eps,
    attacks: ATTACKS,
    protocol: "adaptive",
    rows,
    untrained: [],
    published: PUBLISHED.filter((each) => each.dataset === dataset),
  };
}

function nameOf({ architecture, method, activation }: SweepNet): string {
  return `${architecture}, ${method}, ${activation}`;
}

/** Of the same training, on the same samples. */
function isSameNet(one: SweepNet, two: SweepNet): boolean {
  const sameOptions = ["samples", "seed", "gamma", "norm", "checkpoint"].every(
    (name) => one.row.settings[name] === two.row.settings[name],
  );
  return sameOptions && JSON.stringify(one.row.training) === JSON.stringify(two.row.training);
}

function trainingOf({ training = {} }: SweepNet["row"]): Training {
  const { method = "standard", epochs, subset } = training;
  const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
  return { method: methodSettings(parseMethod(method)), epochs: number(epochs), images: number(subset) };
}

function rowOf({ row, ...net }: SweepNet, { row: adaptive }: SweepNet, eps: number): ResultRow {
  const { n } = row.clean!;
  const standing = (wrong: readonly number[]): Standing => ({ n, wrong });
  const clean = row.cleanErrors ?? [];
  const worst = row.robust!.find((at) => at.eps === eps)!.broken;
  const both = new Set([...worst, ...adaptive.robust!.find((at) => at.eps === eps)!.broken]);
  return {
    network: net.architecture,
    method: net.method,
    training: trainingText(trainingOf(row)),
    activation: net.activation,
    clean: standing(clean),
    // An attack that could not be run broke nothing.
    attacks: ATTACKS.map((attack) =>
      standing(row.attacks?.find(({ id }) => id === attack)?.at.find((at) => at.eps === eps)?.broken ?? clean),
    ),
    transfer: null,
    worst: standing(worst),
    adaptive: standing([...both].sort((a, b) => a - b)),
  };
}

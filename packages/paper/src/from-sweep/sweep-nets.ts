import { epsText, InputError } from "@kwta/core";
import { recipe } from "@kwta/runs";
import type { ResultRow } from "@kwta/sweep";
import type { Accuracies, Standing } from "../shared/accuracies/data.ts";

/** An evaluated training of a sweep, as figures and tables see it. */
export interface SweepNet {
  /** Without its activation: `"resnet18-w16"`. */
  readonly architecture: string;
  /** With which it was evaluated: `"kwta:0.1"`. */
  readonly activation: string;
  /** Of k-WTA. */
  readonly gamma: number | undefined;
  /** The id of the method: `"standard"`. */
  readonly method: string;
  readonly dataset: string;
  /** `"adaptive"`, without version and parameters. */
  readonly protocol: string;
  readonly row: ResultRow;
}

/** What `kwta train` takes where a sweep says nothing. */
const STANDARD = { model: "small-cnn@kwta:0.1", method: "standard", dataset: "glyphs28" } as const;

/**
 * The networks that a sweep trained and evaluated as a whole; ranges of samples are parts of others.
 *
 * @param only what all must be, where a sweep has more: the seed of the training, the data set
 */
export function sweepNets(
  rows: readonly ResultRow[],
  only: { readonly seed?: number | undefined; readonly dataset?: string | undefined } = {},
): SweepNet[] {
  return rows
    .flatMap((row) => (row.robust === undefined || row.settings["range"] !== undefined ? [] : netOf(row)))
    .filter(({ dataset }) => only.dataset === undefined || dataset === only.dataset)
    .filter(({ row }) => only.seed === undefined || Number(row.training?.["seed"] ?? 0) === only.seed);
}

function netOf(row: ResultRow): SweepNet[] {
  const { settings, training } = row;
  if (training === undefined) return [];
  const { method = STANDARD.method, dataset = STANDARD.dataset } = training;
  const base = training["recipe"] === undefined ? undefined : recipe(training["recipe"], dataset).model;
  const [architecture, own = "relu"] = (training["model"] ?? base ?? STANDARD.model).split("@") as [string, string?];
  // Of a ratio that changes over the epochs, the one at the end.
  const kept = settings["gamma"] ?? /[\d.]+$/.exec(training["gamma"] ?? "")?.[0];
  const activation = kept === undefined ? own : `kwta:${kept}`;
  const gamma = /^kwta:([\d.]+)$/.exec(activation)?.[1];
  const [protocol = "quick"] = (settings["protocol"] ?? "quick").split(/[@:]/);
  return [
    {
      architecture,
      activation,
      gamma: gamma === undefined ? undefined : Number(gamma),
      method: /^[\w-]+/.exec(method)?.[0] ?? method,
      dataset,
      protocol,
      row,
    },
  ];
}

/** The sizes at which all of these were attacked, rising. */
export function commonEpsilons(nets: readonly SweepNet[]): number[] {
  const [first, ...others] = nets.map(({ row }) => row.robust!.map(({ eps }) => eps));
  return (first ?? []).filter((eps) => others.every((each) => each.includes(eps))).sort((a, b) => a - b);
}

/**
 * The one net of these, or none.
 *
 * @throws InputError where there are several, with what tells them apart
 */
export function onlyOne(nets: readonly SweepNet[], what: string): SweepNet | undefined {
  if (nets.length < 2) return nets[0];
  const flat = nets.map(({ row }) => ({ ...row.training, ...named(row.settings) }));
  const names = [...new Set(flat.flatMap((each) => Object.keys(each)))];
  const value = (each: Readonly<Record<string, string>>, name: string): string => each[name] ?? "none";
  const differ = names.filter((name) => new Set(flat.map((each) => value(each, name))).size > 1);
  const told = differ.map((name) => `${name} (${[...new Set(flat.map((each) => value(each, name)))].join(", ")})`);
  throw new InputError(
    `The sweep has ${nets.length} nets for ${what}, which differ in ${told.join(", ") || "nothing"}. ` +
      "Choose by --seed or --dataset, or make a sweep of one of each.",
  );
}

/** Options of an evaluation, apart from those of the training. */
function named(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`the attack's ${name}`, value]));
}

/** Positions that are wrong in the worst case, without attack, and after the attack `pgd` alone. */
export function accuraciesAt({ row, activation }: SweepNet, eps: number): Accuracies {
  const { clean, cleanErrors = [], robust = [], attacks = [] } = row;
  const standing = (wrong: readonly number[]): Standing => ({ n: clean!.n, wrong });
  const pgd = attacks.find(({ id }) => id === "pgd")?.at.find((at) => at.eps === eps);
  const worst = robust.find((at) => at.eps === eps);
  if (pgd === undefined || worst === undefined) {
    throw new InputError(
      `The evaluation of ${activation} has no attack "pgd" at ε = ${epsText(eps)}. Evaluate with the protocol quick, paper or adaptive.`,
    );
  }
  return { clean: standing(cleanErrors), pgd: standing(pgd.broken), adaptive: standing(worst.broken) };
}

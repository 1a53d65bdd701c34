import { epsText } from "@kwta/core";
import type { Evaluation, RobustAccuracy } from "@kwta/evaluation";
import { attackText } from "../page/attack-list.ts";
import { targetText } from "../goal.ts";
import { headline } from "../headline.ts";

/** One entry of RobustBench's `model_info`, as its JSON files have it; what no report can know is left empty. */
export interface RobustBenchEntry {
  readonly link: string;
  readonly name: string;
  readonly authors: string;
  readonly additional_data: boolean;
  readonly number_forward_passes: number;
  readonly dataset: string;
  readonly venue: string;
  readonly architecture: string;
  readonly eps: string;
  readonly clean_acc: string;
  /** What its authors claim: not known here. */
  readonly reported: string;
  /** Under AutoAttack's composition, which is the protocol `standard`, and only then. */
  readonly autoattack_acc?: string;
  /** The lowest accuracy that any other evaluation found. */
  readonly external?: string;
  /** Whether a red flag stands. */
  readonly unreliable: boolean;
  readonly footnote: string;
}

/**
 * An evaluation as an entry of RobustBench's `model_info`, at its largest eps. The accuracy is that of AutoAttack only if the
 * protocol was `standard`, run to its end; else it is an external evaluation.
 *
 * @see https://github.com/RobustBench/robustbench/tree/master/model_info
 */
export function robustBenchEntry(evaluation: Evaluation): RobustBenchEntry {
  const { subject, clean, robust } = evaluation;
  const last = robust.at(-1)!;
  return {
    link: "",
    name: subject?.model ?? "",
    authors: "",
    additional_data: false,
    number_forward_passes: 1,
    dataset: subject?.dataset ?? "",
    venue: "Unpublished",
    architecture: subject?.model ?? "",
    eps: epsText(last.eps),
    clean_acc: percent(clean.value),
    reported: "",
    ...(isAutoAttack(evaluation, last)
      ? { autoattack_acc: percent(last.accuracy.value) }
      : { external: percent(last.accuracy.value) }),
    unreliable: last.flagged,
    footnote: footnote(evaluation, last),
  };
}

function isAutoAttack({ protocol, threat, goal, n, attacks }: Evaluation, { complete }: RobustAccuracy): boolean {
  return (
    /^standard@\d+$/.test(protocol.id) &&
    ["linf", "l2", "l1"].includes(threat.norm) &&
    goal === undefined &&
    complete &&
    attacks.every((attack) => attack.n === n)
  );
}

function footnote(evaluation: Evaluation, { complete, flagged }: RobustAccuracy): string {
  const { n, protocol, attacks, diagnostics, seed, environment } = evaluation;
  const target = targetText(evaluation);
  const flags = diagnostics.filter(({ severity }) => severity === "red-flag").map(({ seen }) => seen);
  return [
    `${n} images, ${protocol.id}, seed ${seed}: ${attacks.map(({ provenance }) => attackText(provenance)).join("; ")}.`,
    ...(target === undefined ? [] : [`Targeted: ${target}.`]),
    ...(complete ? [] : [headline(evaluation)]),
    ...(flagged ? [`Red flags: ${flags.join(" ")}`] : []),
    ...(environment["kwta"] === undefined ? [] : [`kwta ${environment["kwta"]}.`]),
  ].join(" ");
}

/** RobustBench writes per cent as texts of two decimals. */
function percent(share: number): string {
  return (100 * share).toFixed(2);
}

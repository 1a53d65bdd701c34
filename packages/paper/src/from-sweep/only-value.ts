import { InputError } from "@kwta/core";
import type { AttackLabels } from "../shared/accuracies/data.ts";
import type { SweepNet } from "./sweep-nets.ts";

/**
 * What all of these have in common.
 *
 * @throws InputError where they differ
 */
export function onlyValue(nets: readonly SweepNet[], field: "architecture" | "dataset" | "protocol"): string {
  const values = [...new Set(nets.map((net) => net[field]))];
  if (values.length === 1) return values[0]!;
  throw new InputError(
    `A figure is of one ${field === "dataset" ? "data set" : field}, and the sweep has ${values.join(", ") || "none"}. ` +
      `${field === "dataset" ? "Choose by --dataset, or make" : "Make"} a sweep of one.`,
  );
}

/** The attacks in words for legends: numbers of steps are those of the protocol. */
export function attackLabelsOf(nets: readonly SweepNet[]): AttackLabels {
  return { pgd: "PGD", adaptive: `worst case of the protocol ${onlyValue(nets, "protocol")}`, whole: true };
}

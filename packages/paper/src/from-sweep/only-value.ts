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
  const protocol = onlyValue(nets, "protocol");
  checkSameSamples(nets);
  const without = nets[0]!.row.settings["without"];
  const rest = without === undefined ? "" : ` without ${without}`;
  return {
    pgd: "PGD",
    adaptive: `worst case of the protocol ${protocol}${rest}`,
    whole: protocol === "adaptive" && rest === "",
  };
}

/** @throws InputError where nets were attacked otherwise, or on other samples, so that they cannot be compared in pairs */
function checkSameSamples(nets: readonly SweepNet[]): void {
  for (const name of ["samples", "seed", "norm", "without"]) {
    const values = [...new Set(nets.map(({ row }) => row.settings[name] ?? "none"))];
    if (values.length > 1) {
      throw new InputError(
        `Nets of a figure are compared on the same samples and attacks, and the sweep's evaluations differ in ${name} ` +
          `(${values.join(", ")}). Evaluate them alike.`,
      );
    }
  }
}

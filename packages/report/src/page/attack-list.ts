import { formatAttack, type AttackProvenance } from "@kwta/attacks";
import type { Evaluation } from "@kwta/evaluation";
import type { TableData } from "@kwta/viz";

/** What was run: each attack of the protocol with its parameters. */
export function attackList({ attacks }: Evaluation): TableData {
  return {
    columns: [
      "name",
      { title: "attack", align: "left" },
      { title: "asks for", align: "left" },
      { title: "on", align: "left" },
      { title: "counts", align: "left" },
    ],
    rows: attacks.map(({ id, provenance, access, on, role, n }) => [
      id,
      attackText(provenance),
      `${access}s`,
      on === "all" ? `the first ${n} images` : `what stood of ${n} images`,
      role === "verdict" ? "yes" : "no, a diagnostic",
    ]),
  };
}

/** As `--attack` takes it; of an attack that is not installed here, its id and its parameters as JSON. */
export function attackText(provenance: AttackProvenance): string {
  try {
    return formatAttack(provenance);
  } catch {
    const { id, version, params, of } = provenance;
    const inner = of.length === 0 ? "" : `(${of.map(attackText).join(", ")})`;
    return `${id} ${version}${inner} ${JSON.stringify(params)}`;
  }
}

import type { FigureNote } from "../contract/figure-file.ts";
import { percent, verdict } from "../shared/accuracies/compare.ts";
import type { Figure6Data, TrainingSweep } from "./data.ts";

/** Which way of training is the better one at the smallest sparsity ratio; attacks do not matter for that. */
export function notes({ networks }: Figure6Data): FigureNote[] {
  const labels = networks.map(({ label }) => label);
  return networks.filter(({ label }, i) => labels.indexOf(label) === i).map(describe);
}

function describe({ label, rows }: TrainingSweep): FigureNote {
  const { gamma, direct, incremental } = rows[0]!;
  const kind = verdict(incremental.clean, direct.clean);
  return {
    kind,
    text:
      `${label} at γ = ${gamma}: ${percent(incremental.clean)} of the images are classified correctly after incremental ` +
      `training and ${percent(direct.clean)} after direct training` +
      (kind === "note" ? `, which ${direct.clean.count} images cannot tell apart.` : "."),
  };
}

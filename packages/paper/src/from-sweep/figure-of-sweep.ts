import { InputError } from "@kwta/core";
import type { ResultRow } from "@kwta/sweep";
import type { Figure } from "../contract/figure.ts";
import { FIGURE_SCHEMA, type FigureFile } from "../contract/figure-file.ts";
import { figure4Of } from "./figure-4.ts";
import { figure6Of } from "./figure-6.ts";
import { sweepNets, type SweepNet } from "./sweep-nets.ts";
import { tableOf } from "./table.ts";

/** @see {@link figureOfSweep} */
export interface FigureOfSweepOptions {
  /** Of trainings, where the sweep has several. */
  readonly seed?: number | undefined;
  /** A data set's name, where the sweep has several. */
  readonly dataset?: string | undefined;
}

/**
 * Figure 4, figure 6 or a table, from the results of a sweep: nothing is trained or attacked again.
 *
 * @param rows what `readResults` of `@kwta/sweep` finds
 * @returns a data file, which `writeFigure` writes and draws
 * @throws InputError for other figures, and for a sweep that lacks what this one shows, or has it more than once
 */
export function figureOfSweep(
  figure: Figure,
  rows: readonly ResultRow[],
  { seed, dataset }: FigureOfSweepOptions = {},
): FigureFile {
  const nets = sweepNets(rows, { seed, dataset });
  const { title, data } = read(figure, nets);
  const used = nets.map(({ row: { id, training, settings, digest, environment } }) => ({
    id,
    training,
    settings,
    digest,
    environment,
  }));
  return {
    schema: FIGURE_SCHEMA,
    figure: figure.id,
    title,
    settings: { ...(dataset !== undefined && { dataset }), ...(seed !== undefined && { seed }), sweep: used },
    notes: figure.notes(data),
    data,
  };
}

function read({ id, name }: Figure, nets: readonly SweepNet[]): { readonly title: string; readonly data: unknown } {
  if (id === "figure-4") return { title: "Accuracy over the sparsity ratio", data: figure4Of(nets) };
  if (id === "figure-6") {
    return { title: "Direct and incremental training over the sparsity ratio", data: figure6Of(nets) };
  }
  if (id.startsWith("table-")) {
    const dataset = id.slice("table-".length);
    return { title: `Accuracy on ${dataset} under attack`, data: tableOf(dataset, nets) };
  }
  throw new InputError(`${name} needs more than accuracies. Of sweeps there are figure 4, figure 6 and the tables.`);
}

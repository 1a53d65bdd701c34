import { InputError, show } from "@kwta/core";
import type { Panels } from "@kwta/viz";
import type { Preset } from "../presets/preset.ts";
import type { FromRun } from "../shared/nets.ts";
import type { Check } from "./data-checks.ts";
import type { FigureNote } from "./figure-file.ts";
import type { Recipe } from "./recipe.ts";

/**
 * A figure or table of the paper: what it measures, how, what its data file holds, how it is drawn from that, and what it
 * says. Each is a folder of its own, and one line of `FIGURES`.
 */
export interface Figure<Settings = unknown, Data = unknown> {
  /** Names its files and is what data files call it: `"figure-4"`. */
  readonly id: string;
  /** For headings: `"Figure 4"`. */
  readonly name: string;
  /** One line for help texts and lists: what it shows. */
  readonly summary: string;
  /** What it measures, besides the nets: part of its data file. */
  settings(setup: FigureSetup): Settings;
  /**
   * How that is measured.
   *
   * @throws InputError when the run that the setup names cannot give this figure
   */
  recipe(settings: Settings, setup: FigureSetup): Recipe<Data>;
  /** Looks through the data of a file from outside. */
  readonly check: Check;
  /** Draws the data, and nothing else. Of what has no panels, a table, the numbers are all there is. */
  draw(data: Data): Panels;
  /** What the data say about the paper. */
  notes(data: Data): readonly FigureNote[];
}

/** What figures are made with. */
export interface FigureSetup {
  readonly preset: Preset;
  /** Of everything random. */
  readonly seed: number;
  /** A run whose net takes the place of the preset's. */
  readonly from?: FromRun;
}

/**
 * A figure, checked and frozen; the types of its parts follow from each other.
 *
 * @throws InputError when its id cannot name a file
 */
export function defineFigure<Settings, Data>(figure: Figure<Settings, Data>): Figure<Settings, Data> {
  if (!/^[a-z]+(-\w+)+$/.test(figure.id)) {
    throw new InputError(`The figure's id is ${show(figure.id)}. Call it "figure-4" or "table-2": it names its files.`);
  }
  return Object.freeze({ ...figure });
}

/** @throws InputError when a figure that shows no trained net is asked for one */
export function refuseRun(name: string, { from }: FigureSetup): void {
  if (from === undefined) return;
  throw new InputError(`${name} shows no trained net. Leave --from out, or choose another figure.`);
}

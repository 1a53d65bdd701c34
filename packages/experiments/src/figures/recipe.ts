import type { Dataset } from "@kwta/datasets";
import type { LongWork } from "@kwta/core";
import type { FigureDataByNumber, FigureNote, FigureNumber } from "@kwta/viz";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { NetSettings } from "./net-settings.ts";

/** How one figure is computed. */
export interface Recipe<N extends FigureNumber = FigureNumber> {
  readonly figure: N;
  /** Short; viz writes the caption. */
  readonly title: string;
  /** What the data follow from, besides the nets: goes into the data file. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The nets that it measures. */
  readonly nets: readonly NetSettings[];
  /** What measuring takes, in seconds of one core: only for the time that is left. */
  readonly seconds: number;
  measure(tools: FigureTools): Promise<Measurement<N>>;
}

/** What a recipe measures, and what it says about the paper. */
export interface Measurement<N extends FigureNumber> {
  readonly data: FigureDataByNumber[N];
  readonly notes: readonly FigureNote[];
}

/** What a recipe works with. */
export interface FigureTools {
  readonly seed: number;
  /** The images of a net's training. */
  dataset(net: NetSettings): Promise<Dataset>;
  /** Trains a net, or loads it, and disposes it after `use`. */
  withNet<T>(net: NetSettings, use: (model: LayersModel) => Promise<T>): Promise<T>;
  /**
   * Measures, or, where that was done before with the same settings, reads what was found.
   *
   * @param name of the measurement: `"figure-4"`
   * @param settings everything that the result depends on but the engine
   * @param weight the share of the recipe's `seconds` that it takes
   * @param measure receives what stops it and where it reports its progress
   */
  keep<T>(name: string, settings: unknown, weight: number, measure: (work: LongWork) => Promise<T>): Promise<T>;
}

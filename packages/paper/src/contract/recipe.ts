import type { LongWork } from "@kwta/core";
import type { Dataset } from "@kwta/datasets";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { NetSettings } from "../shared/nets.ts";

/** How one figure is computed. */
export interface Recipe<Data = unknown> {
  /** Short; the caption comes with the drawing. */
  readonly title: string;
  /** What the data follow from, besides the nets: goes into the data file. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The nets that it measures. */
  readonly nets: readonly NetSettings[];
  /** What measuring takes, in seconds of one core: only for the time that is left. */
  readonly seconds: number;
  measure(tools: FigureTools): Promise<Data>;
}

/** What a recipe works with. */
export interface FigureTools {
  readonly seed: number;
  /** Those nets that can be measured: all, or, where nothing is to be trained, those that are there. */
  available<N extends NetSettings>(nets: readonly N[]): Promise<readonly N[]>;
  /** The images of a net's training. */
  dataset(net: NetSettings): Promise<Dataset>;
  /** Trains a net, or loads it, and disposes it after `use`. */
  withNet<T>(net: NetSettings, use: (model: LayersModel) => Promise<T>): Promise<T>;
  /**
   * Measures, or, where that was done before, reads what was found: of the same nets to the last bit of their weights, on the
   * same images, with the same settings, by the same backend and version.
   *
   * @param name of the measurement: `"figure-4"`
   * @param nets those that are measured; they are trained first
   * @param settings what the result depends on besides
   * @param weight the share of the recipe's `seconds` that it takes
   * @param measure receives what stops it and where it reports its progress
   */
  keep<T>(
    name: string,
    nets: readonly NetSettings[],
    settings: unknown,
    weight: number,
    measure: (work: LongWork) => Promise<T>,
  ): Promise<T>;
}

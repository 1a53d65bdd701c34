/** The schema of figure files. */
export const FIGURE_SCHEMA = "kwta-figure@2";

/** A sentence about the result: whether the paper says the same, the opposite, or nothing. */
export interface FigureNote {
  readonly kind: "agrees" | "differs" | "note";
  readonly text: string;
}

/** A data file: plain JSON from which alone the figure is drawn. */
export interface FigureFile<Data = unknown> {
  readonly schema: typeof FIGURE_SCHEMA;
  /** The figure's id: `"figure-4"`. */
  readonly figure: string;
  readonly title: string;
  /** Everything that the data follow from: preset, data set, seed, nets, and by what they were computed. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly notes: readonly FigureNote[];
  readonly data: Data;
}

import type { ClaimId } from "../claims/claims.ts";

/** The schema of figure files. */
export const FIGURE_SCHEMA = "kwta-figure@3";

/** What the numbers say about a claim, in words; `note` is a sentence about nothing that anybody claims. */
export const LABELS = {
  agrees: "seen",
  "in-part": "seen in part",
  differs: "not seen",
  unjudged: "cannot be judged at this size",
  note: "note",
} as const;

/** A sentence about the result, with its label of {@link LABELS}. */
export interface FigureNote {
  readonly kind: keyof typeof LABELS;
  /** Which of `CLAIMS` it judges. */
  readonly claim?: ClaimId;
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

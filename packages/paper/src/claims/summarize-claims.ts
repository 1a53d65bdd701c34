import type { Figure } from "../contract/figure.ts";
import type { FigureFile, FigureNote } from "../contract/figure-file.ts";
import { everyFigure } from "../figures.ts";
import { CLAIMS, type Claim } from "./claims.ts";

/** The schema of a claims file. */
export const CLAIMS_SCHEMA = "kwta-claims@1";

/** What one figure or table says about a claim. */
export interface Evidence {
  /** Its id: `"figure-4"`. */
  readonly figure: string;
  readonly kind: Exclude<FigureNote["kind"], "note">;
  /** With numbers, and of how many images. */
  readonly text: string;
}

/** A claim, with all that was measured about it. */
export interface JudgedClaim extends Claim {
  /** What all evidence together says; null where there is none. */
  readonly outcome: Evidence["kind"] | null;
  readonly evidence: readonly Evidence[];
}

/** All claims, judged by some figures and tables. */
export interface ClaimsFile {
  readonly schema: typeof CLAIMS_SCHEMA;
  readonly claims: readonly JudgedClaim[];
}

/**
 * Gathers what figures and tables say about each of `CLAIMS`. The sentences follow from the data of the files once more, so that
 * files of an older version are judged by today's rule.
 *
 * A claim is seen where all evidence that tells anything shows it, seen in part where some does, not seen where none does and some
 * speaks against it, and cannot be judged otherwise.
 *
 * @param files data files, checked
 * @param figures those that the files can be of
 */
export function summarizeClaims(files: readonly FigureFile[], figures: readonly Figure[] = everyFigure()): ClaimsFile {
  const found = files.flatMap((file) => {
    const figure = figures.find(({ id }) => id === file.figure);
    return (figure?.notes(file.data) ?? []).map((note) => ({ figure: file.figure, ...note }));
  });
  return {
    schema: CLAIMS_SCHEMA,
    claims: CLAIMS.map((claim): JudgedClaim => {
      const evidence = found.flatMap(({ figure, kind, claim: id, text }): Evidence[] =>
        id === claim.id && kind !== "note" ? [{ figure, kind, text }] : [],
      );
      return { ...claim, outcome: outcomeOf(evidence.map(({ kind }) => kind)), evidence };
    }),
  };
}

function outcomeOf(kinds: readonly Evidence["kind"][]): JudgedClaim["outcome"] {
  if (kinds.length === 0) return null;
  const telling = kinds.filter((kind) => kind !== "unjudged");
  if (telling.length === 0) return "unjudged";
  if (telling.every((kind) => kind === "agrees")) return "agrees";
  return telling.every((kind) => kind === "differs") ? "differs" : "in-part";
}

import { writeFileAtomic } from "@kwta/core";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { claimsMarkdown } from "../claims/claims-markdown.ts";
import { resultsMarkdown } from "../claims/results-markdown.ts";
import { summarizeClaims, type ClaimsFile } from "../claims/summarize-claims.ts";
import type { FigureFile } from "../contract/figure-file.ts";
import { everyFigure } from "../figures.ts";
import { readFigure } from "./write-figure.node.ts";

/** Where the summary of a folder lies. */
export interface ResultPaths {
  /** `results.md`: pictures, commands, sentences. */
  readonly index: string;
  readonly claims: { readonly json: string; readonly markdown: string };
}

/**
 * The data files of all figures and tables that are in a folder, in the order of the lists.
 *
 * @throws InputError when one of them cannot be drawn
 */
export async function readResults(folder: string): Promise<FigureFile[]> {
  const paths = everyFigure().map(({ id }) => join(folder, `${id}.json`));
  return Promise.all(paths.filter((path) => existsSync(path)).map((path) => readFigure(path)));
}

/** Writes an index of all figures and tables that are in a folder, and what they say about each claim. */
export async function writeResults(
  folder: string,
): Promise<{ readonly paths: ResultPaths; readonly claims: ClaimsFile }> {
  const files = await readResults(folder);
  const claims = summarizeClaims(files);
  const paths = {
    index: join(folder, "results.md"),
    claims: { json: join(folder, "claims.json"), markdown: join(folder, "claims.md") },
  };
  await writeFileAtomic(paths.index, resultsMarkdown(files));
  await writeFileAtomic(paths.claims.json, `${JSON.stringify(claims, null, 2)}\n`);
  await writeFileAtomic(paths.claims.markdown, claimsMarkdown(claims));
  return { paths, claims };
}

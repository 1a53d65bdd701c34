import type { Classifier, Samples } from "@kwta/attacks";
import { writeJson } from "@kwta/core";
import { evaluate, type EvaluateOptions, type Evaluation } from "@kwta/evaluation";
import { join } from "node:path";
import { computedBy } from "./computed-by.node.ts";
import type { BackendInUse } from "./computed-by.ts";
import { folderOfParts } from "./part-store.node.ts";

/** @see {@link evaluateIntoFolder} */
export interface EvaluateIntoFolderOptions extends Omit<EvaluateOptions, "parts" | "environment"> {
  /** What computes: the report notes it, and what one backend has computed is not taken for another's. */
  readonly backend: BackendInUse;
}

/**
 * Evaluates into a folder: the whole becomes `report.json`. Each attack at each eps is kept in `parts/` as soon as it is
 * finished, so that an evaluation that was stopped goes on, and one with more attacks or sizes makes only what is new.
 *
 * @throws InputError for samples or settings that cannot be used, and a folder that cannot be written
 * @throws AbortedError when the signal stopped it; call it again to go on
 */
export async function evaluateIntoFolder(
  path: string,
  classifier: Classifier,
  samples: Samples,
  { backend, ...options }: EvaluateIntoFolderOptions,
): Promise<Evaluation> {
  const { backend: spec, versions } = computedBy(backend);
  const evaluation = await evaluate(classifier, samples, {
    ...options,
    parts: folderOfParts(join(path, "parts")),
    environment: { backend: spec, ...versions },
  });
  await writeJson(join(path, "report.json"), evaluation);
  return evaluation;
}

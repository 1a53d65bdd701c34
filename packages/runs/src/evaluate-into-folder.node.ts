import type { Classifier, Samples } from "@kwta/attacks";
import { withFolder, writeJson } from "@kwta/core";
import { evaluate, type EvaluateOptions, type Evaluation } from "@kwta/evaluation";
import { join } from "node:path";
import { environmentOf } from "./computed-by.node.ts";
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
 * @throws InputError for samples or settings that cannot be used, and a folder that cannot be written or in which another
 *   process is at work
 * @throws AbortedError when the signal stopped it; call it again to go on
 */
export async function evaluateIntoFolder(
  path: string,
  classifier: Classifier,
  samples: Samples,
  { backend, ...options }: EvaluateIntoFolderOptions,
): Promise<Evaluation> {
  const evaluateInto = async (signal: AbortSignal): Promise<Evaluation> => {
    const parts = folderOfParts(join(path, PARTS));
    const environment = environmentOf(backend);
    const evaluation = await evaluate(classifier, samples, { ...options, signal, parts, environment });
    await writeJson(join(path, "report.json"), evaluation);
    return evaluation;
  };
  return withFolder(path, evaluateInto, { signal: options.signal, inside: [PARTS] });
}

const PARTS = "parts";

import type { Classifier, Samples } from "@kwta/attacks";
import { encodeSafetensors, withFolder, writeFileAtomic, writeJson } from "@kwta/core";
import {
  adversarialExamples,
  evaluate,
  withImages,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationSettings,
} from "@kwta/evaluation";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { bitsOf } from "./computed-by.node.ts";
import type { BackendInUse } from "./computed-by.ts";
import { EVALUATIONS, evaluationName, EXAMPLES, REPORT, SETTINGS } from "./evaluation-folder.node.ts";
import {
  checkBegun,
  namedSettings,
  otherEvaluations,
  writeSettings,
  type NamedSettings,
} from "./evaluation-settings.node.ts";
import { folderOfParts } from "./part-store.node.ts";

/** @see {@link evaluateIntoFolder} */
export interface EvaluateIntoFolderOptions extends Omit<EvaluateOptions, "parts" | "onOpen"> {
  /** What computes: the report notes it, and what one backend has computed is not taken for another's. */
  readonly backend: BackendInUse;
  /**
   * Whether the adversarial examples of all broken samples are saved beside the report, as `adversarial.safetensors`.
   *
   * @defaultValue false
   */
  readonly saveImages?: boolean | undefined;
  /**
   * Whether to refuse what was not begun here, with the settings that differ from what was.
   *
   * @defaultValue false: it is begun
   */
  readonly resume?: boolean | undefined;
  /** Further folders of finished units, such as those of evaluations of some of the samples: they are only read. */
  readonly otherParts?: readonly string[] | undefined;
  /** Receives remarks for people: that another evaluation was begun here and is not finished. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/** What {@link evaluateIntoFolder} leaves. */
export interface EvaluatedFolder {
  /** Where the report is: `PATH/evaluations/NAME`. */
  readonly folder: string;
  readonly evaluation: Evaluation;
}

/**
 * Evaluates into a folder: the whole becomes `evaluations/NAME/report.json`, whose name follows from the settings, so that
 * the same evaluation comes to the same place and another one to its own. What is finished is kept in `parts/`, which all of
 * them share: an evaluation that was stopped goes on, and one with more attacks or sizes makes only what is new. Where another
 * one was begun with other settings, and is not finished, `onNote` is told which differ.
 *
 * @throws InputError for samples or settings that cannot be used, and a folder that cannot be written or in which another
 *   process is at work
 * @throws AbortedError when the signal stopped it; call it again to go on
 */
export async function evaluateIntoFolder(
  path: string,
  classifier: Classifier,
  samples: Samples,
  {
    backend,
    saveImages = false,
    resume = false,
    otherParts = [],
    onNote,
    environment: more,
    ...options
  }: EvaluateIntoFolderOptions,
): Promise<EvaluatedFolder> {
  const { keepImages = 0 } = options;
  const evaluateInto = async (signal: AbortSignal): Promise<EvaluatedFolder> => {
    const parts = folderOfParts(join(path, PARTS), otherParts);
    const environment = { ...bitsOf(backend), ...more };
    const kept = saveImages ? samples.x.shape[0]! : keepImages;
    let settings: NamedSettings = {};
    let folder = "";
    const onOpen = async (opened: EvaluationSettings): Promise<void> => {
      settings = await namedSettings(opened, classifier, samples.x);
      folder = join(path, EVALUATIONS, await evaluationName(opened, settings));
      if (resume) await checkBegun(path, folder, settings);
      else for (const text of await othersText(path, folder, settings)) onNote?.(text);
      if (!existsSync(join(folder, SETTINGS))) await writeSettings(folder, settings, false);
    };
    const how = { keepImages: kept, signal, parts, environment, onOpen };
    const whole = await evaluate(classifier, samples, { ...options, ...how });
    if (saveImages && hasImages(whole)) {
      const { arrays: tensors, metadata } = adversarialExamples(whole);
      await writeFileAtomic(join(folder, EXAMPLES), encodeSafetensors({ tensors, metadata }));
    }
    const evaluation = withImages(whole, keepImages);
    await writeJson(join(folder, REPORT), evaluation);
    await writeSettings(folder, settings, evaluation.stopped === undefined);
    return { folder, evaluation };
  };
  return withFolder(path, evaluateInto, { signal: options.signal, inside: [PARTS, ...(await foldersIn(path))] });
}

/** Says which settings differ from those of an evaluation that is not finished: one of them may be a slip. */
async function othersText(path: string, folder: string, settings: NamedSettings): Promise<string[]> {
  if (existsSync(join(folder, REPORT))) return [];
  const nearest = (await otherEvaluations(path, settings)).find(({ isFinished }) => !isFinished);
  if (nearest === undefined) return [];
  return [
    `The evaluation ${nearest.name} was begun here with other settings and is not finished (${nearest.differences.join("; ")}). ` +
      "This is another one beside it; what both have in common is not done again, and nothing of it is lost.",
  ];
}

/** Where reports are, in which a killed process may have left something. */
async function foldersIn(path: string): Promise<string[]> {
  const names = await readdir(join(path, EVALUATIONS)).catch(() => []);
  return names.map((name) => join(EVALUATIONS, name));
}

function hasImages({ attacks }: Evaluation): boolean {
  return attacks.some(({ role, at, nearest }) => {
    return (
      role === "verdict" && [...at, ...(nearest === undefined ? [] : [nearest])].some(({ images }) => images.length > 0)
    );
  });
}

const PARTS = "parts";

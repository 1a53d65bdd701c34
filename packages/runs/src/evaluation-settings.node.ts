import type { Classifier, Samples } from "@kwta/attacks";
import { digest, epsText, InputError, isObject, readJson, show, stableJson, writeJson } from "@kwta/core";
import type { EvaluationSettings } from "@kwta/evaluation";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { EVALUATIONS, SETTINGS } from "./evaluation-folder.node.ts";
import { differences } from "./run-settings.ts";

/** All that the numbers of an evaluation depend on, in the words of whoever asked: `{ seed: 0, eps: "8/255", ... }`. */
export type NamedSettings = Readonly<Record<string, unknown>>;

/** What is written beside a report, from before its first attack. */
interface SettingsFile {
  readonly schema: "kwta-evaluation-settings@1";
  /** Whether all of it was run. */
  readonly isFinished: boolean;
  readonly settings: NamedSettings;
}

/**
 * The settings of an evaluation by name. Models and images go by a digest.
 *
 * @throws InputError for a classifier without a digest
 */
export async function namedSettings(
  { protocol, threat, goal, seed, backend, environment, n, samples }: EvaluationSettings,
  { digest: digestOf }: Classifier,
  x: Samples["x"],
): Promise<NamedSettings> {
  if (digestOf === undefined) {
    throw new InputError("Nothing can be kept of this classifier, since it has no digest(). Give it one.");
  }
  const { norm, epsilons, bounds } = threat;
  const images = await digest(stableJson(samples), await x.data());
  return {
    model: (await digestOf()).slice(0, 16),
    samples: n,
    images: images.slice(0, 16),
    protocol: protocol.id,
    "attacks of the protocol": (await digest(stableJson(protocol))).slice(0, 16),
    norm,
    eps: epsilons.map(epsText).join(", "),
    "range of images": `${bounds.min} to ${bounds.max}`,
    targets: goal?.targets ?? "any wrong class",
    seed,
    backend,
    ...environment,
  };
}

/** Writes what an evaluation was begun with, or that it is finished. */
export async function writeSettings(folder: string, settings: NamedSettings, isFinished: boolean): Promise<void> {
  const file: SettingsFile = { schema: "kwta-evaluation-settings@1", isFinished, settings };
  await writeJson(join(folder, SETTINGS), file);
}

/** An evaluation that was begun with other settings. */
export interface OtherEvaluation {
  /** The name of its folder. */
  readonly name: string;
  readonly isFinished: boolean;
  /** `"seed: 0, not 1"`: its value first. */
  readonly differences: readonly string[];
}

/** The evaluations of a folder that were begun with other settings, the most similar first. */
export async function otherEvaluations(path: string, settings: NamedSettings): Promise<OtherEvaluation[]> {
  const names = await readdir(join(path, EVALUATIONS)).catch(() => []);
  const files = await Promise.all(names.map((name) => readSettings(join(path, EVALUATIONS, name))));
  const others = names.flatMap((name, i): OtherEvaluation[] => {
    const file = files[i];
    if (file === undefined) return [];
    const differ = differences(file.settings, settings);
    return differ.length === 0 ? [] : [{ name, isFinished: file.isFinished, differences: differ }];
  });
  return others.sort((a, b) => a.differences.length - b.differences.length);
}

async function readSettings(folder: string): Promise<SettingsFile | undefined> {
  if (!existsSync(join(folder, SETTINGS))) return undefined;
  const file = await readJson(join(folder, SETTINGS)).catch(() => undefined);
  return isObject(file) && isObject(file["settings"]) ? (file as unknown as SettingsFile) : undefined;
}

/**
 * Whether an evaluation of these settings was begun in a folder; where it was not, what is there instead is the error.
 *
 * @throws InputError that names where the settings differ
 */
export async function checkBegun(path: string, folder: string, settings: NamedSettings): Promise<void> {
  if (existsSync(join(folder, SETTINGS))) return;
  const [nearest] = await otherEvaluations(path, settings);
  if (nearest === undefined) {
    throw new InputError(`There is no evaluation in ${show(path)} to go on with. Leave out --resume to begin one.`);
  }
  throw new InputError(
    `The evaluation ${show(nearest.name)} in ${show(path)} was begun with other settings (${nearest.differences.join("; ")}). ` +
      "Ask for the same ones to go on with it, or leave out --resume to begin another one beside it: nothing of it is lost.",
  );
}

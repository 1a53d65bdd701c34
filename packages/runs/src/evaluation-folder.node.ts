import { digest, epsText, InputError, readJson, show, stableJson } from "@kwta/core";
import { checkEvaluation, type Evaluation, type EvaluationSettings } from "@kwta/evaluation";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { NamedSettings } from "./evaluation-settings.node.ts";

/** Where in a folder its evaluations lie, each in a folder of its own. */
export const EVALUATIONS = "evaluations";
/** The data of an evaluation, from which all else is drawn. */
export const REPORT = "report.json";
/** What the evaluation depends on, by name, from before its first attack. */
export const SETTINGS = "settings.json";
/** All adversarial examples, where they were to be saved. */
export const EXAMPLES = "adversarial.safetensors";

/**
 * A name for an evaluation's folder, the same for the same settings: protocol, norm, sizes, number of samples, and a digest
 * of all that the numbers depend on. `standard-linf-8_255-n200-1a2b3c4d`
 */
export async function evaluationName(
  { protocol, threat, goal, n }: EvaluationSettings,
  settings: NamedSettings,
): Promise<string> {
  const own = await digest(stableJson(settings));
  const [name = "protocol"] = /^[\w-]+/.exec(protocol.id) ?? [];
  const targeted = goal === undefined ? [] : ["targeted"];
  return [name, ...targeted, threat.norm, sizesText(threat.epsilons), `n${n}`, own.slice(0, 8)].join("-");
}

/** `8_255`, `2_255-to-8_255`: what a folder can be called by. */
function sizesText(epsilons: readonly number[]): string {
  if (epsilons.length === 0) return "nearest";
  const [least, most] = [epsilons[0]!, epsilons.at(-1)!].map((eps) => epsText(eps).replace("/", "_"));
  return least === most ? most! : `${least}-to-${most}`;
}

/**
 * Reads a `report.json`.
 *
 * @throws InputError when it is missing, damaged, or of another version
 */
export async function readEvaluation(path: string): Promise<Evaluation> {
  return checkEvaluation(await readJson(path), show(path));
}

/**
 * The folders of the evaluations that a path names: an evaluation's own folder or `report.json`, a run, or a folder of
 * several, such as a quickstart's. The oldest first.
 *
 * @throws InputError when there is none
 */
export async function findEvaluations(path: string): Promise<string[]> {
  if (path.endsWith(REPORT)) return findEvaluations(join(path, ".."));
  if (existsSync(join(path, REPORT)) && !existsSync(join(path, EVALUATIONS))) {
    const isOne = isEvaluation(await readJson(join(path, REPORT)));
    if (isOne) return [path];
  }
  const inside = await foldersIn(join(path, EVALUATIONS));
  const found = inside.length > 0 ? inside : await inRuns(path);
  if (found.length > 0) return oldestFirst(found);
  throw new InputError(
    `There is no evaluation in ${show(path)}. Name the folder that kwta evaluate printed, or that of a run that it evaluated.`,
  );
}

/** Whatever version it has: reading it says more. */
function isEvaluation(value: unknown): boolean {
  const schema = (value as { readonly schema?: unknown } | null)?.schema;
  return typeof schema === "string" && schema.startsWith("kwta-evaluation@");
}

async function inRuns(path: string): Promise<string[]> {
  const runs = await readdir(path).catch(() => []);
  return (await Promise.all(runs.map((run) => foldersIn(join(path, run, EVALUATIONS))))).flat();
}

async function foldersIn(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => []);
  return names.map((name) => join(path, name)).filter((folder) => existsSync(join(folder, REPORT)));
}

async function oldestFirst(folders: readonly string[]): Promise<string[]> {
  const dated = await Promise.all(
    folders.map(async (folder) => ({ folder, time: (await stat(join(folder, REPORT))).mtimeMs })),
  );
  return dated.sort((a, b) => a.time - b.time).map(({ folder }) => folder);
}

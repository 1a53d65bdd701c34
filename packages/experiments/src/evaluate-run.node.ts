import type { Classifier } from "@kwta/attacks";
import { InputError, show } from "@kwta/core";
import { readJson, writeJson } from "@kwta/core/node";
import { evaluate, type EvaluateOptions, type Evaluation, type EvaluationPart, type Samples } from "@kwta/evaluation";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Evaluates into a folder: each finished attack is kept in `evaluation.partial.json`, so that an evaluation that was
 * stopped goes on with the next one; the whole becomes `report.json`.
 *
 * @throws InputError when the parts that the folder holds are of other settings
 */
export async function evaluateIntoFolder(
  path: string,
  classifier: Classifier,
  samples: Samples,
  options: Omit<EvaluateOptions, "done" | "onPart">,
): Promise<Evaluation> {
  const partial = join(path, "evaluation.partial.json");
  const { protocol, threat, seed = 0, epsilons = [] } = options;
  const settings = JSON.parse(
    JSON.stringify({
      protocol: protocol.id,
      entries: protocol.entries.map(({ id, params, samples: n }) => ({ id, params, samples: n })),
      threat: { norm: threat.norm, eps: threat.eps },
      seed,
      epsilons,
      ids: [...samples.ids],
    }),
  ) as unknown;
  const done = await readParts(partial, settings);
  const evaluation = await evaluate(classifier, samples, {
    ...options,
    done,
    async onPart(part) {
      done.push(part);
      await writeJson(partial, { settings, parts: done });
    },
  });
  await writeJson(join(path, "report.json"), evaluation);
  await rm(partial, { force: true });
  return evaluation;
}

async function readParts(path: string, settings: unknown): Promise<EvaluationPart[]> {
  if (!existsSync(path)) return [];
  const file = (await readJson(path)) as { settings?: unknown; parts?: EvaluationPart[] };
  if (JSON.stringify(file.settings) !== JSON.stringify(settings)) {
    throw new InputError(`${show(path)} belongs to an evaluation with other settings. Delete it, or use its settings.`);
  }
  return file.parts ?? [];
}

import { InputError, parseNumber, show } from "@kwta/core";
import { gridPoints, type GridPoint } from "../definition/grid.ts";
import { gridsOf } from "../definition/read-sweep.ts";
import type { SweepDefinition } from "../definition/sweep-definition.ts";
import { filesDigest } from "./files-digest.node.ts";
import { makeJob, type Job, type JobModel } from "./job.ts";

/** The samples of `kwta evaluate`, where it is not told. */
const SAMPLES = 200;

/**
 * The jobs of a sweep, each once, and each after those that it needs: trainings, evaluations of ranges of samples, and evaluations.
 *
 * @throws InputError for samples that cannot be cut, and a model that is not there
 */
export async function planSweep(definition: SweepDefinition): Promise<Job[]> {
  const { backend = "wasm", memory = 1, gpu = false } = definition;
  const common = { backend, needs: { memory, gpu } };
  const trainings = await Promise.all(
    gridsOf(definition.train)
      .flatMap(gridPoints)
      .map((options) => makeJob({ command: "train", options, ...common })),
  );
  const points = gridsOf(definition.evaluate).flatMap(gridPoints);
  const evaluations: { readonly model: JobModel; readonly options: GridPoint }[] = [];
  for (const { model: named, ...options } of points) {
    const models = named === undefined ? trainings.map(({ id }) => ({ trained: id })) : [await modelOf(named)];
    evaluations.push(...models.map((model) => ({ model, options })));
  }
  const cut = await Promise.all(
    evaluations.map(async ({ model, options }) => {
      const ranges = rangesOf(options, definition.split);
      const parts = await Promise.all(
        ranges.map((range) =>
          // Diagnostics are asked once, of the whole.
          makeJob({ command: "evaluate", options: { ...options, range, probes: "0" }, model, ...common }),
        ),
      );
      const ids = parts.length > 0 && { parts: parts.map(({ id }) => id) };
      return [...parts, await makeJob({ command: "evaluate", options, model, ...ids, ...common })];
    }),
  );
  const jobs = [...trainings, ...cut.flat()];
  return [...new Map(jobs.map((job) => [job.id, job])).values()];
}

async function modelOf(name: string): Promise<JobModel> {
  if (name.startsWith(PRETRAINED)) return { pretrained: name.slice(PRETRAINED.length) };
  return { here: name, digest: await filesDigest(name) };
}

const PRETRAINED = "pretrained:";

/** `["0-49", "50-99"]`; none where the samples are not to be cut. */
function rangesOf({ samples: given, range }: GridPoint, split: number | undefined): string[] {
  if (split === undefined || range !== undefined) return [];
  const samples = given === undefined ? SAMPLES : parseNumber(given);
  if (!Number.isSafeInteger(samples) || samples < 1) {
    throw new InputError(`samples of evaluate is ${show(given)}; it must be a whole number of at least 1.`);
  }
  if (samples <= split) return [];
  return Array.from({ length: Math.ceil(samples / split) }, (_, i) => {
    return `${i * split}-${Math.min(samples, (i + 1) * split) - 1}`;
  });
}

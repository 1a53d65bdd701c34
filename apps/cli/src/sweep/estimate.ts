import { InputError } from "@kwta/core";
import type { Job } from "@kwta/sweep";
import { measureSpeed } from "../evaluate/measure-speed.ts";
import { jobCost, type JobCost } from "./job-cost.ts";

/** How long a sweep takes one worker, at most. */
export interface SweepEstimate {
  /** Undefined where it cannot be told. */
  readonly seconds?: number;
  /** What it follows from, or why there is none. */
  readonly from: string;
}

/** So many models are measured; the others are held to be as fast as those on average. */
const MOST_MEASURED = 6;
/** Seconds that each job takes to start and to write its files; see `npm run bench -- sweep`. */
const START = 2;

/** Measures the models of the jobs' trainings for a second each, on the jobs' backend here. */
export async function estimateSweep(jobs: readonly Job[]): Promise<SweepEstimate> {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const costs = await Promise.all(jobs.map((job) => jobCost(job, byId)));
  const known = costs.filter(({ model }) => model !== undefined);
  if (known.length < costs.length) return { from: "evaluations of other models are not estimated" };
  try {
    const { sizes, speeds } = await measureAll(known, jobs[0]!.backend);
    const mean = [...speeds.values()].reduce((sum, each) => sum + each, 0) / speeds.size;
    const seconds = jobs.reduce((sum, job, i) => {
      const { model, dataset, subset, gradients } = costs[i]!;
      const images = job.command === "train" ? (subset ?? sizes.get(dataset!)!) : 1;
      return sum + START + (gradients * images) / (speeds.get(model!) ?? mean);
    }, 0);
    const measured = [...speeds].map(([model, speed]) => `${model} ${Math.round(speed)}`).join(", ");
    return { seconds, from: `images a second, forward and backward on ${jobs[0]!.backend} here: ${measured}` };
  } catch (error) {
    if (!(error instanceof Error && error.name === "InputError")) throw error;
    return { from: error.message };
  }
}

async function measureAll(
  costs: readonly JobCost[],
  backend: string,
): Promise<{ readonly sizes: ReadonlyMap<string, number>; readonly speeds: ReadonlyMap<string, number> }> {
  const { start } = await import("../start.node.ts");
  const { openDataset } = await import("@kwta/runs");
  const { createModel } = await import("@kwta/models");
  const { asClassifier } = await import("@kwta/attacks");
  await start({ backend });
  const sizes = new Map<string, number>();
  const shapes = new Map<string, readonly [number, number, number]>();
  const classes = new Map<string, number>();
  for (const { dataset: name, subset } of costs) {
    if (sizes.has(name!)) continue;
    const { train, shape, classNames } = await openDataset({ name: name!, ...(subset !== undefined && { subset }) });
    sizes.set(name!, train.size);
    shapes.set(name!, shape);
    classes.set(name!, classNames.length);
  }
  const speeds = new Map<string, number>();
  for (const { model, dataset } of costs) {
    if (speeds.has(model!) || speeds.size >= MOST_MEASURED) continue;
    const net = createModel(model!, {
      inputShape: [...shapes.get(dataset!)!],
      numClasses: classes.get(dataset!)!,
      seed: 0,
    });
    try {
      speeds.set(model!, GRADIENTS * (await measureSpeed(asClassifier(net))));
    } finally {
      net.dispose();
    }
  }
  if (speeds.size === 0) throw new InputError("there is nothing to measure");
  return { sizes, speeds };
}

/** Of each image that {@link measureSpeed} counts. */
const GRADIENTS = 2;

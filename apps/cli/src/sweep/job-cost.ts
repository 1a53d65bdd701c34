import type { AttackProvenance } from "@kwta/attacks";
import { parseNumber } from "@kwta/core";
import type { Job } from "@kwta/sweep";
import { chooseProtocol } from "../evaluate/protocol.ts";
import { readTrainSettings } from "../train-settings.ts";

/** What a job computes, at most: about so many gradients of a model for one image each. */
export interface JobCost {
  /** The model's id; of an evaluation that of its training. Undefined where it is none of the sweep's own. */
  readonly model: string | undefined;
  readonly dataset: string | undefined;
  readonly subset: number | undefined;
  /** Gradients; of a training for each of its images. */
  readonly gradients: number;
}

/**
 * A rough estimate from the settings alone. An attack is held to take all of its steps on all images, though most end early.
 *
 * @param jobs those of the sweep, by id
 */
export async function jobCost(job: Job, jobs: ReadonlyMap<string, Job>): Promise<JobCost> {
  if (job.command === "train") return trainingCost(job);
  const { options, model, parts } = job;
  const { samples = "200", range, probes = "20" } = options;
  const training = model !== undefined && "trained" in model ? jobs.get(model.trained) : undefined;
  const attacked = parts === undefined ? (rangeSize(range) ?? parseNumber(samples)) : 0;
  const { protocol = "quick", eps = "8/255", without, attack } = options;
  const attacks = attack === undefined ? [] : [attack];
  const { entries } = await chooseProtocol({ protocol, without: without?.split(","), attacks, plugins: [] });
  const { provenanceOf } = await import("@kwta/attacks");
  const each = entries.reduce(
    (sum, entry) => sum + passesOf(provenanceOf(entry.attack)) * Math.min(attacked, entry.samples ?? attacked),
    0,
  );
  const of = training === undefined ? undefined : await trainingCost(training);
  const gradients = each * eps.split(",").length + PROBE * Math.min(parseNumber(probes), parseNumber(samples));
  return { model: of?.model, dataset: of?.dataset, subset: of?.subset, gradients };
}

/** Passes of the diagnostics about one image, as `--probes` says it. */
const PROBE = 350;
/** A step of a training also follows the gradients of the weights. */
const STEP = 1.5;

async function trainingCost({ options }: Job): Promise<JobCost> {
  const { model, dataset, method, training } = await readTrainSettings(options);
  const steps = numberOf(method.params["steps"]) ?? 0;
  const gradients = training.epochs * (STEP + steps);
  return { model, dataset: dataset.name, subset: dataset.subset, gradients };
}

function rangeSize(range: string | undefined): number | undefined {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(range ?? "")?.map(Number) ?? [];
  return first === undefined ? undefined : last! - first + 1;
}

/** The names of parameters that say how often an attack does the same. */
const COUNTS = ["steps", "queries", "iterations", "searchSteps", "restarts", "targets"];

function passesOf({ params, of }: AttackProvenance): number {
  const counts = COUNTS.map((name) => numberOf(params[name]) ?? 1);
  const { ladder, backward } = params;
  const stages = Array.isArray(ladder)
    ? (ladder as readonly (readonly number[])[]).reduce(
        (sum, [iterations = 1, samples = 1]) => sum + iterations * samples,
        0,
      )
    : 1;
  const inner = of.length === 0 ? 1 : of.reduce((sum, each) => sum + passesOf(each), 0);
  return (
    counts.reduce((product, count) => product * count, 1) *
    stages *
    (Array.isArray(backward) ? backward.length : 1) *
    inner
  );
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

import type { Job } from "./job.ts";

/** A job in a line, for people: `evaluate eps=0.1 protocol=quick of train model=small-cnn seed=1`. */
export function jobText(job: Job, jobs: ReadonlyMap<string, Job>): string {
  const { command, options, model } = job;
  const own = [command, ...Object.entries(options).map(([name, value]) => `${name}=${value}`)].join(" ");
  if (model === undefined) return own;
  if ("pretrained" in model) return `${own} of pretrained:${model.pretrained}`;
  if ("here" in model) return `${own} of ${model.here}`;
  const training = jobs.get(model.trained);
  return `${own} of ${training === undefined ? model.trained : jobText(training, jobs)}`;
}

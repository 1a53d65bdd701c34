import { checkWhole, InputError, isObject, show } from "@kwta/core";
import { BACKEND, checkOption, type JobCommand } from "./job-options.ts";
import { JOB_ID, jobId, type Job } from "./job.ts";

/**
 * Checks data from elsewhere: a job that this machine may run. Its id must be that of its content, its options are names and
 * numbers, and its model is one of another job or a pretrained one: nothing in it is a path, an address or a package.
 *
 * @throws InputError that says what is wrong
 */
export async function checkJob(value: unknown): Promise<Job> {
  if (!isObject(value)) refuse("it is no object");
  const { id, command, options, model, parts, backend, needs, ...others } = value;
  const [odd] = Object.keys(others);
  if (odd !== undefined) refuse(`it has ${show(odd)}, which is unknown`);
  if (command !== "train" && command !== "evaluate") refuse(`its command is ${show(command)}`);
  if (!isObject(options)) refuse(`its options are ${show(options)}`);
  for (const [name, text] of Object.entries(options)) {
    if (typeof text !== "string") refuse(`its option ${show(name)} is ${show(text)}`);
    if (command === "evaluate" && name === "model") refuse("its model stands among its options");
    checkOption(command, name, text);
  }
  if (typeof backend !== "string" || !BACKEND.test(backend)) refuse(`its backend is ${show(backend)}`);
  if (!isObject(needs) || typeof needs["gpu"] !== "boolean") refuse(`what it needs is ${show(needs)}`);
  checkWhole("The memory of a job", Math.ceil(Number(needs["memory"])), 1, 4096);
  if (parts !== undefined && !(Array.isArray(parts) && parts.every(isId))) refuse(`its parts are ${show(parts)}`);
  checkModel(command, model);
  const job = value as unknown as Job;
  if (id !== (await jobId(job))) refuse("its id is not that of its content");
  return job;
}

function checkModel(command: JobCommand, model: unknown): void {
  if (command === "train") {
    if (model !== undefined) refuse("a training has no other model");
    return;
  }
  if (!isObject(model) || Object.keys(model).length !== 1) refuse(`its model is ${show(model)}`);
  const { trained, pretrained } = model;
  if (isId(trained) || (typeof pretrained === "string" && /^[\w.-]{1,100}$/.test(pretrained))) return;
  refuse(`its model is ${show(model)}, neither of another job nor a pretrained one`);
}

function isId(value: unknown): value is string {
  return typeof value === "string" && JOB_ID.test(value);
}

function refuse(why: string): never {
  throw new InputError(`This job is not run: ${why}.`);
}

export { defineSweep, readSweep } from "./definition/read-sweep.ts";
export {
  SWEEP_SCHEMA,
  type SettingValue,
  type SweepDefinition,
  type SweepSettings,
} from "./definition/sweep-definition.ts";
export { checkJob } from "./jobs/check-job.ts";
export { JOB_OPTIONS, type JobCommand, type OptionKind } from "./jobs/job-options.ts";
export { jobText } from "./jobs/job-text.ts";
export { JOB_ID, neededJobs, type Job, type JobModel, type JobNeeds } from "./jobs/job.ts";
export { planSweep } from "./jobs/plan-sweep.node.ts";
export type { JobResult, ResultAtEps, ResultOfAttack, ResultRate } from "./results/job-result.ts";
export { RESULTS_FILE, type ResultRow } from "./results/result-row.ts";
export { readProgress } from "./run/job-progress.ts";
export { JobFailedError, type JobProgress, type JobRunner, type JobWork } from "./run/job-runner.ts";
export { processes, type ProcessesOptions } from "./run/processes.node.ts";
export { runJob, type JobOutcome, type JobProgram, type RunJobOptions } from "./run/run-job.node.ts";
export { runSweep, type RunSweepOptions } from "./run/run-sweep.node.ts";
export { readResults, readSweepStatus } from "./status/sweep-files.node.ts";
export type { FailedJob, RunningJob, SweepStatus } from "./status/sweep-status.ts";
export type { JobStore } from "./store/job-store.ts";
export { openJobStore, type JobStoreOptions } from "./store/open-job-store.node.ts";

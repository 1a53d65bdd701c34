import type { Job, SweepDefinition } from "@kwta/sweep";
import { InputError } from "@kwta/core";
import { basename, extname, join } from "node:path";
import { command, withActions, type CommandSettings } from "../command.ts";
import type { Terminal } from "../terminal.ts";
import { readCount } from "../options.ts";
import { ShortfallError } from "../shortfall-error.ts";
import { checkSweep, readSweepFile } from "../sweep/sweep-file.ts";
import { KWTA } from "../sweep/program.ts";
import { QUEUE_OPTION, queueAddress, queueCa, STORE_OPTION } from "../sweep/queue-options.ts";
import { statusText } from "../sweep/status-text.ts";
import { showStatus } from "../sweep/show-status.ts";
import { estimateElsewhere, sizeText } from "../sweep/sweep-size.ts";
import { SWEEP_PAGE, writeSweepPage } from "../sweep/sweep-page.ts";
import { VERSION } from "../version.ts";

const ARGS = {
  file: { type: "positional", description: "A sweep's .json, .js or .ts file.", required: true },
  "dry-run": { type: "boolean", description: "Print the jobs, how many there are and what they cost, and run none." },
  workers: { type: "string", description: "Jobs at once, in processes of this machine.", default: "1" },
  ...QUEUE_OPTION,
  ...STORE_OPTION,
  download: { type: "boolean", description: "Download data sets and networks that are missing." },
  out: { type: "string", description: "Folder of the sweep; the same one goes on. Default: runs/sweep-NAME." },
} as const;

type Args = Parameters<CommandSettings<typeof ARGS>["run"]>[0];

const main = command({
  name: "sweep",
  description: "Train and evaluate over grids of settings: on this machine, or on all that run kwta worker.",
  args: ARGS,
  examples: {
    "sweep grid.json --dry-run": "its jobs, and what they cost at most",
    "sweep grid.json --workers 2": "in two processes of this machine",
    "sweep status --watch": "from another terminal",
  },
  async run(args, terminal) {
    const definition = await readSweepFile(args.file);
    await checkSweep(definition);
    const { planSweep } = await import("@kwta/sweep");
    const jobs = await planSweep(definition);
    const out = args.out ?? join("runs", `sweep-${basename(args.file, extname(args.file))}`);
    const store = args.store ?? out;
    const workers = readCount("workers", args.workers, 1)!;
    if (args["dry-run"] === true) return tellDry(jobs, workers, terminal);
    const estimate = await estimateElsewhere(args.file, terminal.signal);
    terminal.note(sizeText(jobs, estimate, queueAddress(args.queue) === undefined ? workers : undefined));
    await runAll(args, definition, { out, store, workers }, terminal);
  },
});

const status = command({
  name: "sweep status",
  description: "Say how a sweep stands: what is done, what runs where, what failed and why, and the results so far.",
  args: {
    folder: {
      type: "positional",
      description: "The sweep's folder. Default: the newest one in runs/.",
      required: false,
    },
    watch: { type: "boolean", description: "Until the sweep ends." },
  },
  examples: {
    "sweep status": "of the newest sweep",
    "sweep status runs/sweep-grid --watch": "until it ends",
    "sweep status --json": "for programs, with failures and their logs",
  },
  run: ({ folder, watch = false }, terminal) => showStatus(folder, { watch }, terminal),
});

/** `kwta sweep`: thin over `@kwta/sweep`. */
export const sweep = withActions(main, { status });

async function tellDry(jobs: readonly Job[], workers: number, { say, result }: Terminal): Promise<void> {
  const { jobText } = await import("@kwta/sweep");
  const { estimateSweep } = await import("../sweep/estimate.ts");
  const byId = new Map(jobs.map((job) => [job.id, job]));
  for (const job of jobs) say(`${job.id}  ${jobText(job, byId)}`);
  const estimate = await estimateSweep(jobs);
  say(`\n${sizeText(jobs, estimate, workers)}`);
  result({ jobs, estimate });
}

async function runAll(
  args: Args,
  definition: SweepDefinition,
  { out, store: path, workers }: { readonly out: string; readonly store: string; readonly workers: number },
  terminal: Terminal,
): Promise<void> {
  const { openJobStore, processes, readResults, runSweep } = await import("@kwta/sweep");
  const { signal, note: onNote } = terminal;
  const address = queueAddress(args.queue);
  if (address !== undefined && args.store === undefined) {
    throw new InputError(
      "A sweep on a queue needs --store: a folder that this machine and all workers share, or s3://BUCKET/PREFIX.",
    );
  }
  const store = await openJobStore(path);
  const onQueue = { store, version: VERSION, ca: queueCa(args["queue-ca"]), onNote };
  const queued =
    address === undefined ? undefined : await (await import("@kwta/queue")).openSweepQueue(address, onQueue);
  const runner = queued ?? processes({ store, program: KWTA, workers, download: args.download });
  signal.addEventListener("abort", () => onNote("Nothing is lost: the same command goes on from here."));
  terminal.note(`Table and page: ${join(out, SWEEP_PAGE)}. Elsewhere: kwta sweep status ${out} --watch`);
  let drawn = Number.NEGATIVE_INFINITY;
  try {
    const ended = await runSweep(out, definition, {
      store,
      runner,
      signal,
      onNote,
      async onStatus(now) {
        const { done, total, secondsLeft, running } = now;
        const figures = { running: running.length, failed: now.failed.length };
        const left = secondsLeft !== undefined && { secondsLeft };
        terminal.onProgress({ task: "sweep", done, total, unit: "job", figures, ...left });
        if (now.state === "running" && performance.now() - drawn < DRAW_EVERY) return;
        drawn = performance.now();
        await writeSweepPage(out, now, await readResults(out));
      },
    });
    const results = await readResults(out);
    terminal.say(statusText(ended, results));
    terminal.result({ folder: out, status: ended, results });
    const missing = ended.total - ended.done;
    if (missing > 0) {
      throw new ShortfallError(`${missing} of ${ended.total} jobs have no result. The same command tries them again.`);
    }
  } finally {
    await queued?.end();
  }
}

/** Milliseconds between two pages. */
const DRAW_EVERY = 5000;

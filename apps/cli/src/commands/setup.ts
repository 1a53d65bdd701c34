import type { SetupReport } from "@kwta/backends/node";
import { InputError, lookUp } from "@kwta/core";
import { createInterface } from "node:readline/promises";
import { command, type CommandSettings } from "../command.ts";
import { given } from "../options.ts";
import { formatDuration } from "../progress-line.ts";

const ARGS = {
  engine: { type: "positional", description: "tensorflow.", required: true },
  yes: { type: "boolean", description: "Download what is missing without asking." },
  from: {
    type: "string",
    description: "Folder that holds libtensorflow_cc, such as .../site-packages/tensorflow.",
    valueHint: "folder",
  },
  "tensorflow-version": { type: "string", description: "Version of TensorFlow. Default: one that is pinned." },
  gpu: { type: "boolean", description: "With CUDA for NVIDIA GPUs (untested, some 3 GB)." },
  force: { type: "boolean", description: "Build anew what is there already." },
  remove: { type: "boolean", description: "Remove all that this command made." },
} as const;

type Run = CommandSettings<typeof ARGS>["run"];
type Terminal = Parameters<Run>[1];

/** `kwta setup`: thin over `@kwta/backends`. */
export const setup = command({
  name: "setup",
  description: "Set up the tensorflow engine, which is the fastest: fetch TensorFlow, compile, verify.",
  args: ARGS,
  async run(args, terminal) {
    await lookUp<Run>("engine", args.engine, { tensorflow: args.remove ? remove : build })(args, terminal);
  },
});

const build: Run = async (args, terminal) => {
  const { setupEngine } = await import("../engine/setup-engine.node.ts");
  const started = performance.now();
  const { yes, from, force, gpu, "tensorflow-version": version } = args;
  const report = await setupEngine({
    ...given({ from, force, gpu, version }),
    ...(yes ? {} : { confirm: (what: string) => ask(what, terminal) }),
    signal: terminal.signal,
    onProgress: terminal.onProgress,
    onWait: () => terminal.note("Another process is setting it up. Waiting for it."),
  });
  terminal.say(describe(report, performance.now() - started));
  if (gpu) terminal.note("Nobody has tried --gpu yet. Please tell us how it went.");
  terminal.result(report);
};

const remove: Run = async (_, terminal) => {
  const { removeTensorflow } = await import("@kwta/backends/node");
  const bytes = await removeTensorflow({ signal: terminal.signal });
  terminal.say(bytes > 0 ? `Removed: ${megabytes(bytes)} are free again.` : "There was nothing to remove.");
  terminal.result({ bytes });
};

/** What was set up, in a few lines. */
export function describe({ folder, tensorflow, bytes, wasThere, verdict }: SetupReport, milliseconds: number): string {
  const { version, threads, compared, gflops } = verdict;
  const source = tensorflow.own ? "" : `, libtensorflow from ${tensorflow.folder}`;
  return [
    `TensorFlow ${version} ${wasThere ? "was set up already" : "is set up"} (${formatDuration(milliseconds)}).`,
    `Folder: ${folder}, ${megabytes(bytes)}${source}`,
    `Verified: ${compared} tensors are right; a 3x3 convolution runs at ${gflops.toFixed(0)} GFLOP/s on ` +
      `${threads} thread${threads === 1 ? "" : "s"}; ready in ${formatDuration(verdict.milliseconds)}.`,
    "Every command uses it from now on, unless --backend or KWTA_BACKEND says otherwise.",
  ].join("\n");
}

async function ask(what: string, { json, signal }: Terminal): Promise<boolean> {
  if (json || !process.stdin.isTTY) {
    throw new InputError(`This needs ${what}. Add --yes to do that, or name a folder that has it with --from.`);
  }
  const line = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await line.question(`This needs ${what}. Go on? [y/N] `, { signal })).trim());
  } finally {
    line.close();
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

import type { BackendSetup, SetupReport } from "@kwta/backend";
import { InputError, lookUp } from "@kwta/core";
import { createInterface } from "node:readline/promises";
import { command, type CommandSettings } from "../command.ts";
import { given } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { formatDuration } from "../progress-line.ts";

const ARGS = {
  backend: { type: "positional", description: "The backend: tensorflow.", required: true },
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

type Args = Parameters<CommandSettings<typeof ARGS>["run"]>[0];

/** `kwta setup`: thin over the setup that a backend has. */
export const setup = command({
  name: "setup",
  description: "Set up the tensorflow backend, which is the fastest: fetch TensorFlow, compile, verify.",
  args: ARGS,
  examples: {
    "setup tensorflow": "says what it needs, asks, then fetches and compiles",
    "setup tensorflow --from ~/venv/lib/python3.12/site-packages/tensorflow": "with a TensorFlow that is there",
  },
  async run(args, terminal) {
    const { BACKENDS } = await import("../backends.node.ts");
    const setups = BACKENDS.flatMap(({ name, setup: found }) => (found ? [[name, found] as const] : []));
    const chosen = lookUp("backend to set up", args.backend, Object.fromEntries(setups));
    await (args.remove ? remove(chosen, terminal) : build(chosen, args, terminal));
  },
});

async function build(chosen: BackendSetup, args: Args, terminal: Terminal): Promise<void> {
  const { kwtaKernels } = await import("@kwta/op/kernels");
  const started = performance.now();
  const { yes, from, force, gpu, "tensorflow-version": tensorflowVersion } = args;
  const report = await chosen.run({
    verifier: verifier(),
    kernels: [kwtaKernels],
    params: given({ from, gpu, tensorflowVersion }),
    force,
    ...(yes ? {} : { confirm: (what: string) => ask(what, terminal) }),
    signal: terminal.signal,
    onProgress: terminal.onProgress,
    onWait: () => terminal.note("Another process is setting it up. Waiting for it."),
  });
  terminal.say(describe(report, performance.now() - started));
  if (gpu) terminal.note("Nobody has tried --gpu yet. Please tell us how it went.");
  terminal.result(report);
}

/** The program beside this one's folder that starts a backend as kwta does. */
function verifier(): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`../verify-backend.node.${extension}`, import.meta.url);
}

async function remove(chosen: BackendSetup, terminal: Terminal): Promise<void> {
  const bytes = await chosen.remove({ signal: terminal.signal });
  terminal.say(bytes > 0 ? `Removed: ${megabytes(bytes)} are free again.` : "There was nothing to remove.");
  terminal.result({ bytes });
}

/** What was set up, in a few lines. */
export function describe({ folder, contents, bytes, wasThere, verdict }: SetupReport, milliseconds: number): string {
  const { threads, compared, gflops } = verdict;
  return [
    `${contents}: ${wasThere ? "was set up already" : "is set up"} (${formatDuration(milliseconds)}).`,
    `Folder: ${folder}, ${megabytes(bytes)}`,
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

import type { BackendProbe, TensorflowSetup } from "@kwta/backends/node";
import { InputError } from "@kwta/core";
import type { TableData } from "@kwta/viz";
import { command } from "../command.ts";
import { BACKEND_OPTIONS, readBackend } from "../options.ts";

/** `kwta doctor`: what this machine can compute with. */
export const doctor = command({
  name: "doctor",
  description: "Show which engines this machine has, whether their numbers are right, and how fast they are.",
  args: { threads: BACKEND_OPTIONS.threads },
  async run(args, terminal) {
    const { tensorflowSetup } = await import("@kwta/backends/node");
    const { versions } = await import("@kwta/runs/node");
    const { probeEngines } = await import("../engine/start-engine.node.ts");
    const { formatTable } = await import("@kwta/viz");
    terminal.note("Starting each engine, checking its numbers, measuring it for a second ...");
    const backends = await probeEngines(readBackend(args));
    const best = backends.find(({ found }) => found)?.name;
    terminal.say(formatTable(probeTable(backends)));
    const setup = await tensorflowSetup();
    terminal.say(["", ...setupLines(setup), ...adviceLines(backends)].join("\n"));
    terminal.result({ versions: versions(), best, backends, setup });
    if (best === undefined) throw new InputError("No engine can be used here; see above for the reasons.");
  },
});

/** One row for each engine, best first. */
export function probeTable(backends: readonly BackendProbe[]): TableData {
  return {
    columns: ["engine", "found", "version", "device", "threads", "self-check", "3x3 convolution"],
    rows: backends.map((probe) => {
      if (probe.found) {
        const { name, version, device, threads, selfCheck, gflops } = probe;
        return [name, "yes", version, device, threads, describe(selfCheck), `${gflops.toFixed(1)} GFLOP/s`];
      }
      const { name, selfCheck } = probe;
      return [name, "no", null, null, null, selfCheck ? describe(selfCheck) : null, null];
    }),
  };
}

function describe({
  passed,
  compared,
  failures,
}: {
  passed: boolean;
  compared: number;
  failures: readonly string[];
}): string {
  return passed ? `right: ${compared} tensors` : `WRONG: ${failures.length}`;
}

/** What the tensorflow engine was built of, and where. */
export function setupLines(setup: TensorflowSetup | undefined): string[] {
  if (!setup) return [];
  const { tensorflow, tfjsNode, folder, bytes } = setup;
  const source = tensorflow.own ? "" : `; libtensorflow from ${tensorflow.folder}`;
  return [
    `tensorflow was set up in ${folder} (${Math.round(bytes / 1e6)} MB): TensorFlow ${tensorflow.version}, ` +
      `tfjs-node ${tfjsNode}${source}.`,
  ];
}

/** Which engine is used, why the better ones are not, and how to get a faster one. */
export function adviceLines(backends: readonly BackendProbe[]): string[] {
  const best = backends.findIndex(({ found }) => found);
  const lines = backends.flatMap((probe) => (probe.found ? [] : [`${probe.name} cannot be used. ${probe.reason}`]));
  const probe = backends[best];
  if (!probe?.found) return lines;
  const better = backends.slice(0, best).map(({ name }) => name);
  const advice = [
    ...probe.notes,
    ...(better.length > 0 ? [`Engines that are faster where they can be had: ${better.join(", ")}.`] : []),
  ];
  return [
    ...lines,
    `kwta uses ${probe.name}, unless --backend or KWTA_BACKEND says otherwise.`,
    advice.length > 0
      ? `To get a faster one: ${advice.join(" ")}`
      : "It runs at its full speed, and this version of kwta has no faster engine for this machine.",
  ];
}

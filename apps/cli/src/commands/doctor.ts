import type { BackendProbe, FoundSetup } from "@kwta/backend";
import { InputError } from "@kwta/core";
import type { TableData } from "@kwta/viz";
import { command } from "../command.ts";
import { BACKEND_OPTIONS, readBackend } from "../options.ts";

/** `kwta doctor`: what this machine can compute with. */
export const doctor = command({
  name: "doctor",
  description: "Show which backends this machine has, whether their numbers are right, and how fast they are.",
  args: { threads: BACKEND_OPTIONS.threads },
  examples: { doctor: "what this machine can compute with" },
  async run(args, terminal) {
    const { probeBackends } = await import("@kwta/backend");
    const { kwtaKernels } = await import("@kwta/op/kernels");
    const { BACKENDS } = await import("../backends.node.ts");
    const { versions } = await import("@kwta/runs");
    const { formatTable } = await import("@kwta/viz");
    terminal.note("Starting each backend, checking its numbers, measuring it for a second ...");
    const backends = await probeBackends(BACKENDS, { ...readBackend(args), kernels: [kwtaKernels] });
    const best = backends.find(({ found }) => found)?.name;
    terminal.say(formatTable(probeTable(backends)));
    const setups: Record<string, FoundSetup> = {};
    for (const { name, setup } of BACKENDS) {
      const found = await setup?.find();
      if (found) setups[name] = found;
    }
    terminal.say(["", ...setupLines(setups), ...adviceLines(backends)].join("\n"));
    terminal.result({ versions: versions(), best, backends, setups });
    if (best === undefined) throw new InputError("No backend can be used here; see above for the reasons.");
  },
});

/** One row for each backend, best first. */
export function probeTable(backends: readonly BackendProbe[]): TableData {
  return {
    columns: ["backend", "found", "version", "device", "threads", "self-check", "3x3 convolution"],
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

/** What was set up, and where. */
export function setupLines(setups: Readonly<Record<string, FoundSetup>>): string[] {
  return Object.entries(setups).map(
    ([name, { folder, bytes, contents }]) =>
      `${name} was set up in ${folder} (${Math.round(bytes / 1e6)} MB): ${contents}.`,
  );
}

/** Which backend is used, why the better ones are not, and how to get a faster one. */
export function adviceLines(backends: readonly BackendProbe[]): string[] {
  const best = backends.findIndex(({ found }) => found);
  const lines = backends.flatMap((probe) => (probe.found ? [] : [`${probe.name} cannot be used. ${probe.reason}`]));
  const probe = backends[best];
  if (!probe?.found) return lines;
  const better = backends.slice(0, best).map(({ name }) => name);
  const advice = [
    ...probe.notes,
    ...(better.length > 0 ? [`Backends that are faster where they can be had: ${better.join(", ")}.`] : []),
  ];
  return [
    ...lines,
    `kwta uses ${probe.name}, unless --backend or KWTA_BACKEND says otherwise.`,
    advice.length > 0
      ? `To get a faster one: ${advice.join(" ")}`
      : "It runs at its full speed, and this version of kwta has no faster backend for this machine.",
  ];
}

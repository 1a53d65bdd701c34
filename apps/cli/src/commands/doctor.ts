import type { BackendProbe } from "@kwta/backends/node";
import type { TableData } from "@kwta/viz";
import { command } from "../command.ts";
import { ENGINE_OPTIONS, readEngine } from "../options.ts";

/** `kwta doctor`: what this machine can compute with. */
export const doctor = command({
  name: "doctor",
  description: "Show which engines this machine has, whether their numbers are right, and how fast they are.",
  args: { threads: ENGINE_OPTIONS.threads },
  async run(args, terminal) {
    const { probeBackends } = await import("@kwta/backends/node");
    const { versions } = await import("@kwta/experiments/node");
    const { formatTable } = await import("@kwta/viz");
    terminal.note("Starting each engine, checking its numbers, measuring it for a second ...");
    const backends = await probeBackends(readEngine(args));
    terminal.say(formatTable(probeTable(backends)));
    for (const probe of backends) {
      for (const note of probe.found ? probe.notes : [probe.reason]) terminal.say(`${probe.name}: ${note}`);
    }
    terminal.result({ versions: versions(), backends });
  },
});

function probeTable(backends: readonly BackendProbe[]): TableData {
  return {
    columns: ["engine", "version", "threads", "SIMD", "self-check", "3x3 convolution"],
    rows: backends.map((probe) =>
      probe.found
        ? [
            probe.name,
            probe.version,
            probe.threads,
            probe.simd ? "yes" : "no",
            probe.selfCheck.passed ? "right" : "WRONG",
            `${probe.gflops.toFixed(1)} GFLOP/s`,
          ]
        : [probe.name, "not usable", null, null, null, null],
    ),
  };
}

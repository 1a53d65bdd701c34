import { platform } from "#platform";
import * as tf from "@tensorflow/tfjs-core";
import type { Backend } from "../contract/backend.ts";
import type { BackendReport, SkippedBackend } from "../contract/report.ts";
import { choose } from "./choose.ts";
import { measureSpeed } from "./measure-speed.ts";
import { prepare } from "./prepare.ts";
import type { StartOptions } from "./start-backend.ts";
import { tryBackend } from "./try-backend.ts";

/** What is known of one backend: how it works, or why it was not found. */
export type BackendProbe = FoundBackend | AbsentBackend;

/** A backend that works. */
export interface FoundBackend extends BackendReport {
  /** Tells it from an {@link AbsentBackend}. */
  readonly found: true;
  /** What it computes on: the model of the CPU, or the name of a GPU. */
  readonly device: string;
  /** Speed of a 3x3 convolution in GFLOP/s, measured for a second. */
  readonly gflops: number;
}

/** A backend that cannot be used here. */
export interface AbsentBackend extends SkippedBackend {
  /** Tells it from a {@link FoundBackend}. */
  readonly found: false;
}

/** Options of {@link probeBackends}: those of `startBackend`, but for the name of a backend. */
export type ProbeOptions = Omit<StartOptions, "backend">;

/**
 * Starts each backend in turn, checks its numbers and measures its speed for a second. Meant for a process that has no tensors
 * yet, see {@link startBackend}.
 *
 * @throws InputError when TensorFlow.js itself cannot be used
 */
export async function probeBackends(backends: readonly Backend[], options: ProbeOptions = {}): Promise<BackendProbe[]> {
  const { threads } = platform.environment();
  const chosen = choose(backends, { ...options, backend: "auto" }, { threads });
  await prepare();
  const before: string | undefined = tf.getBackend();
  const probes: BackendProbe[] = [];
  for (const backend of chosen.backends) {
    const report = await tryBackend(backend, options);
    if ("spec" in report)
      probes.push({ found: true, device: platform.describeCpu(), gflops: await measureSpeed(), ...report });
    else probes.push({ found: false, ...report });
  }
  if (before) await tf.setBackend(before);
  return probes;
}

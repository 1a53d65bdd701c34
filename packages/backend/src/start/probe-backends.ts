import { availableParallelism, cpus } from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import type { BackendReport, SkippedBackend } from "./backend-starter.ts";
import { tryBackend, type LadderOptions } from "./climb-ladder.ts";
import { measureSpeed } from "./measure-speed.ts";
import { nodeLadder, prepareTensorFlow, threadsFromEnvironment } from "./start-backend.node.ts";

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
export type ProbeOptions = Omit<LadderOptions, "backend">;

/**
 * Starts each backend in turn, best first, checks its numbers and measures its speed for a second. Meant for a process
 * that has no tensors yet, see {@link startBackend}.
 *
 * @throws InputError when TensorFlow.js itself cannot be used
 */
export async function probeBackends(options: ProbeOptions = {}): Promise<BackendProbe[]> {
  await prepareTensorFlow();
  const before: string | undefined = tf.getBackend();
  const probes: BackendProbe[] = [];
  const threads = options.threads ?? threadsFromEnvironment();
  for (const starter of nodeLadder) {
    const report = await tryBackend(starter, { ...options, threads });
    if ("threads" in report)
      probes.push({ found: true, device: describeCpu(), gflops: await measureSpeed(), ...report });
    else probes.push({ found: false, ...report });
  }
  if (before) await tf.setBackend(before);
  return probes;
}

/** Its model, and how many threads it can run. */
function describeCpu(): string {
  const model = cpus()[0]?.model.replaceAll(/\s+/g, " ").trim();
  return `${model || process.arch}, ${availableParallelism()} threads`;
}

import * as tf from "@tensorflow/tfjs-core";
import type { BackendReport, SkippedBackend, StartOptions } from "./backend-starter.ts";
import { tryBackend } from "./climb-ladder.ts";
import { measureSpeed } from "./measure-speed.ts";
import { nodeLadder, prepareTensorFlow } from "./start-backend.node.ts";

/** What is known of one backend: how it works, or why it was not found. */
export type BackendProbe = FoundBackend | AbsentBackend;

/** A backend that works. */
export interface FoundBackend extends BackendReport {
  /** Tells it from an {@link AbsentBackend}. */
  readonly found: true;
  /** Speed of a 3x3 convolution in GFLOP/s. */
  readonly gflops: number;
}

/** A backend that cannot be used here. */
export interface AbsentBackend extends SkippedBackend {
  /** Tells it from a {@link FoundBackend}. */
  readonly found: false;
}

/**
 * Starts each backend in turn, checks its numbers and measures its speed for a second. Meant for a process that has no
 * tensors yet, see {@link startBackend}.
 *
 * @throws InputError when TensorFlow.js itself cannot be used
 */
export async function probeBackends(options: StartOptions = {}): Promise<BackendProbe[]> {
  await prepareTensorFlow();
  const before: string | undefined = tf.getBackend();
  const probes: BackendProbe[] = [];
  for (const starter of nodeLadder) {
    const report = await tryBackend(starter, options);
    if ("selfCheck" in report) probes.push({ found: true, gflops: measureSpeed(), ...report });
    else probes.push({ found: false, ...report });
  }
  if (before) await tf.setBackend(before);
  return probes;
}

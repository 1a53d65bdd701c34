import "@tensorflow/tfjs-backend-cpu";
import { AbortedError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  train,
  type Checkpoint,
  type Metrics,
  type TrainingSettings,
} from "../src/index.ts";
import { CASES } from "./cases.ts";
import { bits, split, straight } from "./tiny-problem.ts";

beforeAll(() => tf.setBackend("cpu"));

/** Stopped after every single step, each time resumed by a new model from the bytes of the checkpoint. */
async function stepByStep(make: () => Sequential, settings: TrainingSettings) {
  const lines: Metrics[] = [];
  let saved: Uint8Array | undefined;
  for (;;) {
    const model = make();
    const stop = new AbortController();
    const resume = saved && (await decodeCheckpoint(saved, "test"));
    try {
      await train(model, split, settings, {
        test: split,
        ...(resume && { resume }),
        signal: stop.signal,
        onMetrics(line) {
          lines.push(line);
          if (line.kind === "step") stop.abort();
        },
        onCheckpoint: async (checkpoint: Checkpoint) => void (saved = await encodeCheckpoint(checkpoint)),
      });
      return { weights: await bits(model), lines };
    } catch (error) {
      if (!(error instanceof AbortedError)) throw error;
    } finally {
      model.dispose();
    }
  }
}

test.each(Object.entries(CASES))(
  "stopped after every step, it is the same training: %s",
  async (_, { make, settings }) => {
    const all = { ...settings, epochs: 2 };
    const whole = await straight(make, all);
    whole.model.dispose();
    const parts = await stepByStep(make, all);
    expect(parts.weights).toEqual(whole.weights);
    expect(parts.lines).toEqual(whole.lines);
    expect(Object.values(whole.weights).flat().every(Number.isFinite)).toBe(true);
  },
);

import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { useWay } from "../../../test/use-way.ts";
import { train } from "../src/index.ts";
import { CASES } from "./cases.ts";
import { split } from "./tiny-problem.ts";
import { WAYS } from "./ways.ts";

/** `KWTA_TRAINING_STEPS=1000 npx vitest run training-memory` is the long form. */
const STEPS = Number(process.env["KWTA_TRAINING_STEPS"] ?? 20);

describe.each(WAYS)("%s", (_way, each) => {
  useWay(each);

  test.each(Object.entries(CASES))(
    `${STEPS} steps keep no tensor that the first ones did not: %s`,
    { timeout: 30_000 + 200 * STEPS },
    async (_, { make, settings }) => {
      const model = make();
      const before = tf.memory();
      const seen = new Set<string>();
      let steps = 0;
      // Three steps an epoch; where batches are replayed, more.
      await train(
        model,
        split,
        { ...settings, epochs: Math.ceil(STEPS / 3) },
        {
          onMetrics(line) {
            const { numTensors, numBytes } = tf.memory();
            if (line.kind === "step" && ++steps > 6) seen.add(`${numTensors} tensors, ${numBytes} bytes`);
          },
        },
      );
      expect(steps).toBeGreaterThanOrEqual(STEPS);
      expect([...seen]).toHaveLength(1);
      const { numTensors, numBytes } = tf.memory();
      expect({ numTensors, numBytes }).toEqual({ numTensors: before.numTensors, numBytes: before.numBytes });
      model.dispose();
    },
  );
});

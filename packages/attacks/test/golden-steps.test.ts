import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { bumpMoves, cornerMoves, type Draw, type SquareImage } from "../src/attacks/square-moves.ts";
import { apgd, NORMS, perSampleLoss, runAttack, type Classifier, type LossName, type Norm } from "../src/index.ts";
import { denseNet } from "./dense-net.ts";
import golden from "./golden/search-steps.json" with { type: "json" };

describe("APGD, step for step as AutoAttack", () => {
  const { weights, labels, targets, eps, traces, x, start } = golden.apgd;
  const shape: [number, number, number, number] = [3, 4, 4, 3];

  test.each(Object.entries(traces))("%s", async (name, { steps, losses, points }) => {
    const [norm, loss, goal] = name.split(" ") as ["linf" | "l2", LossName, string | undefined];
    const seen: { readonly loss: number[]; readonly at: Float32Array }[] = [];
    const net = denseNet(weights, shape.slice(1), tf.tanh);
    const watched: Classifier = {
      ...net,
      lossAndGradient(at, ids, chosen, options) {
        const answer = net.lossAndGradient(at, ids, chosen, options);
        seen.push({ loss: [...answer.loss.dataSync()], at: at.dataSync<"float32">().slice() });
        return answer;
      },
    };
    const data = { x: tf.tensor4d(x, shape), labels };
    const result = await runAttack(apgd({ steps, loss }), watched, data, {
      threat: { norm, eps: eps[norm] },
      seed: 0,
      start: tf.tensor4d(start, shape),
      stopEarly: false,
      ...(goal && { targets }),
    });
    result.dispose();
    for (const [t, expected] of losses.entries()) {
      expect(seen[t]!.loss, `step ${t}`).toBeAllclose(expected, { atol: 2e-5 });
    }
    for (const [t, expected] of Object.entries(points)) {
      expect(seen[Number(t)]!.at).toBeAllclose(expected, { atol: 1e-4 });
    }
  });
});

describe("Square, given the same draws, as AutoAttack", () => {
  const { weights, labels, eps, traces, x } = golden.square;
  const net = denseNet(weights, [10, 10, 2], tf.tanh);
  const clean = Float32Array.from(x);

  test.each(["linf", "l2"] as const)("%s", (norm) => {
    const { draws, shares, margins, points } = traces[norm];
    const image: SquareImage = { clean, height: 10, width: 10, channels: 2, eps: eps[norm], bounds: net.bounds };
    const moves = norm === "linf" ? cornerMoves : bumpMoves(2);
    const draw = replay(draws);
    let best: Float32Array = clean;
    let highest = -Infinity;
    for (const [query, margin] of margins.entries()) {
      const raw = query === 0 ? moves.start(image, draw) : moves.change(image, best, shares[query - 1]!, draw);
      const [point, found] = ask(norm, raw);
      expect(found, `query ${query}`).toBeCloseTo(margin, 4);
      const expected = (points as Record<string, number[]>)[query];
      if (expected !== undefined) expect(point).toBeAllclose(expected, { atol: 2e-6 });
      if (margin > highest) [best, highest] = [point, margin];
    }
    expect(draw).toThrow(RangeError);
  });

  function ask(norm: Norm, raw: Float32Array): [Float32Array, number] {
    return tf.tidy(() => {
      const [center, there] = [clean, raw].map((values) => tf.tensor4d(values, [1, 10, 10, 2]));
      const point = NORMS[norm].project(there!, center!, eps[norm as "linf" | "l2"], net.bounds);
      const goal = { kind: "untargeted", labels: Int32Array.from(labels) } as const;
      const margin = perSampleLoss("margin", goal)(net.logits(point, Int32Array.of(0)));
      return [point.dataSync<"float32">(), margin.dataSync()[0]!];
    });
  }
});

/** Numbers in [0, 1) by which our moves draw what AutoAttack drew. */
function replay(draws: readonly (readonly (string | number)[])[]): Draw {
  const numbers = draws.flatMap(([kind, ...values]) => {
    const [first, last] = values as [number, number];
    // AutoAttack's squares never reach the last row and column; ours have one place more to choose from.
    if (kind === "place") return [(first + 0.5) / (last + 1)];
    if (kind === "turned") return [first === 1 ? 0.25 : 0.75];
    return (values as number[]).map((sign) => (sign > 0 ? 0.75 : 0.25));
  });
  let index = 0;
  return () => {
    const next = numbers[index++];
    if (next === undefined) throw new RangeError("There are no more draws.");
    return next;
  };
}

import { normalQuantile, winnerCount } from "@kwta/op";
import { groupsOf, keepWhere, kthLargest, ofChannels, restored, rowsOf } from "./competition.ts";
import type { Writer, Written } from "./graph.ts";
import { refuse, weight } from "./settings.ts";

/** The activations of `@kwta/op` as they are outside of training, with standard operators. */
export const ACTIVATION_WRITERS: Readonly<Record<string, Writer>> = {
  /** The threshold that training has left. */
  BatchTopK(layer) {
    const { x } = rowsOf(layer, "sample");
    const threshold = layer.graph.floats(`${layer.name}.threshold`, [1], average(layer, "threshold"));
    return restored(layer, keepWhere(layer, x, x, threshold));
  },
  /** y = x where x > 0, else -height. */
  BreakReLU({ graph, inputs, name, config }) {
    const zero = graph.floats(`${name}.zero`, [1], new Float32Array(1));
    const below = graph.floats(`${name}.below`, [1], Float32Array.of(-(config["height"] as number)));
    const wins = graph.node("Greater", [inputs[0]!, zero], `${name}.wins`);
    return graph.node("Where", [wins, inputs[0]!, below], name);
  },
  KWTA: (layer) => keepTop(layer, { by: "sample" }),
  KWTAAbs: (layer) => keepTop(layer, { by: "channel", absolute: true }),
  /** Values compete multiplied by what their channel's duty cycle gives. */
  KWTABoosted(layer) {
    const { graph, inputs, name, config } = layer;
    const [gamma, boost, inference] = ["gamma", "boost", "inference"].map((key) => config[key] as number);
    const own = { ...config, gamma: gamma! * inference! };
    if (boost === 0) return keepTop({ ...layer, config: own }, { by: "sample" });
    const factors = weight(layer, "duty_cycle")!.map((duty) => Math.exp(boost! * (gamma! - duty)));
    const scores = graph.node("Mul", [inputs[0]!, ofChannels(layer, "boost", factors)], `${name}.boosted`);
    const { x: score, size } = rowsOf({ ...layer, inputs: [scores], name: `${name}.score` }, "sample");
    const threshold = kthLargest(layer, score, winnerCount(size, own.gamma));
    return restored(layer, keepWhere(layer, rowsOf(layer, "sample").x, score, threshold));
  },
  KWTAChannel: (layer) => keepTop(layer, { by: "channel" }),
  KWTAK: (layer) => keepTop(layer, { by: "sample" }),
  KWTAStat(layer) {
    const { graph, name } = layer;
    const { x } = rowsOf(layer, "sample");
    // The distances to the largest, as in the layer: values that are all equal have exactly no deviation.
    const largest = graph.node("ReduceMax", [x], `${name}.largest`, OVER_ROW);
    const { deviation } = statistics(layer, graph.node("Sub", [x, largest], `${name}.distance`));
    const mean = graph.node("ReduceMean", [x], `${name}.middle`, OVER_ROW);
    const threshold = graph.node("Add", [mean, times(layer, deviation, quantile(layer))], `${name}.threshold`);
    return restored(layer, keepWhere(layer, x, x, threshold));
  },
  LWTA(layer) {
    const x = groupsOf(layer);
    const best = layer.graph.node("ReduceMax", [x], `${layer.name}.best`, OVER_ROW);
    return restored(layer, keepWhere(layer, x, x, best));
  },
  MaxPoolGroups(layer) {
    return layer.graph.node("ReduceMax", [groupsOf(layer)], layer.name, { axes: [2], keepdims: 0 });
  },
  /** Values in the band around their channel's mean become the mean; then ReLU. */
  MeanSparse(layer) {
    const { graph, inputs, name, config } = layer;
    const means = average(layer, "mean");
    const width = config["width"] as number;
    const reach = average(layer, "variance").map((variance) => Math.fround(Math.sqrt(variance)) * width);
    const apart = graph.node("Sub", [inputs[0]!, ofChannels(layer, "mean", means)], `${name}.apart`);
    const distance = graph.node("Abs", [apart], `${name}.distance`);
    const outside = graph.node("Greater", [distance, ofChannels(layer, "band", reach)], `${name}.outside`);
    const inside = ofChannels(
      layer,
      "inside",
      means.map((mean) => Math.max(0, mean)),
    );
    return graph.node("Where", [outside, graph.node("Relu", inputs, `${name}.above`), inside], name);
  },
  StatisticalTopK(layer) {
    const { graph, name } = layer;
    const { centred, deviation } = statistics(layer, rowsOf(layer, "sample").x);
    const above = graph.node("Sub", [centred, times(layer, deviation, quantile(layer))], `${name}.above`);
    return restored(layer, graph.node("Relu", [above], `${name}.kept`));
  },
  StochasticLWTA: ({ node }) => refuse(node, "draws its winners at random"),
};

const OVER_ROW = { axes: [2], keepdims: 1 } as const;

/** y = x where its score is at least the least of the k largest scores, else 0. The score is x, or its size. */
function keepTop(layer: Written, { by, absolute = false }: { by: "sample" | "channel"; absolute?: boolean }): string {
  const { graph, name, config } = layer;
  const { x, size } = rowsOf(layer, by);
  const k = "k" in config ? (config["k"] as number) : winnerCount(size, config["gamma"] as number);
  const score = absolute ? graph.node("Abs", [x], `${name}.score`) : x;
  return restored(layer, keepWhere(layer, x, score, kthLargest(layer, score, k)));
}

/** The values of each row less their mean, and their standard deviation: [batch, rows, 1]. */
function statistics({ graph, name }: Written, x: string): { readonly centred: string; readonly deviation: string } {
  const mean = graph.node("ReduceMean", [x], `${name}.mean`, OVER_ROW);
  const centred = graph.node("Sub", [x, mean], `${name}.centred`);
  const square = graph.node("Mul", [centred, centred], `${name}.square`);
  const variance = graph.node("ReduceMean", [square], `${name}.variance`, OVER_ROW);
  return { centred, deviation: graph.node("Sqrt", [variance], `${name}.deviation`) };
}

function times({ graph, name }: Written, x: string, factor: number): string {
  return graph.node("Mul", [x, graph.floats(`${name}.factor`, [1], Float32Array.of(factor))], `${name}.times`);
}

/** Standard deviations above the mean that a share of gamma of a normal distribution reaches. */
function quantile({ config }: Written): number {
  return normalQuantile(1 - (config["gamma"] as number));
}

/** A running average of the layer, as the layer reads it: what was summed up over the weight of that; 0 before any training. */
function average(layer: Written, name: string): Float32Array {
  const mass = weight(layer, "mass")![0]!;
  return weight(layer, name)!.map((sum) => (mass === 0 ? 0 : sum / mass));
}

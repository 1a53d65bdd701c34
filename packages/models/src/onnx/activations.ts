import { winnerCount } from "@kwta/op";
import type { Writer, Written } from "./graph.ts";

/** The activations of `@kwta/op`, with standard operators. */
export const ACTIVATION_WRITERS: Readonly<Record<string, Writer>> = {
  /** y = x where x > 0, else -height. */
  BreakReLU({ graph, inputs, name, config }) {
    const zero = graph.floats(`${name}.zero`, [1], new Float32Array(1));
    const below = graph.floats(`${name}.below`, [1], Float32Array.of(-(config["height"] as number)));
    const wins = graph.node("Greater", [inputs[0]!, zero], `${name}.wins`);
    return graph.node("Where", [wins, inputs[0]!, below], name);
  },
  KWTA: (layer) => keepTop(layer, { by: "sample" }),
  KWTAAbs: (layer) => keepTop(layer, { by: "channel", absolute: true }),
  KWTAChannel: (layer) => keepTop(layer, { by: "channel" }),
  KWTAK: (layer) => keepTop(layer, { by: "sample" }),
  LWTA(layer) {
    const x = grouped(layer);
    const best = layer.graph.node("ReduceMax", [x], `${layer.name}.best`, { axes: [2], keepdims: 1 });
    return restored(layer, keepWhere(layer, x, x, best));
  },
  MaxPoolGroups(layer) {
    return layer.graph.node("ReduceMax", [grouped(layer)], layer.name, { axes: [2], keepdims: 0 });
  },
};

/** y = x where its score is at least the least of the k largest scores, else 0. The score is x, or its size. */
function keepTop(layer: Written, { by, absolute = false }: { by: "sample" | "channel"; absolute?: boolean }): string {
  const { graph, node, inputs, name, config } = layer;
  const [, ...shape] = node.output.shape as number[];
  const channels = by === "channel" && shape.length > 1 ? shape.at(-1)! : 1;
  const size = shape.reduce((product, n) => product * n, 1) / channels;
  const k = "k" in config ? (config["k"] as number) : winnerCount(size, config["gamma"] as number);
  const x = graph.node("Reshape", [inputs[0]!, graph.ints(`${name}.rows`, [0, channels, size])], `${name}.row`);
  const score = absolute ? graph.node("Abs", [x], `${name}.score`) : x;
  const top = `${name}.top`;
  const options = { axis: 2, largest: 1, sorted: 0 };
  graph.nodes("TopK", [score, graph.ints(`${name}.k`, [k])], [top, `${name}.where`], options);
  const threshold = graph.node("ReduceMin", [top], `${name}.threshold`, { axes: [2], keepdims: 1 });
  return restored(layer, keepWhere(layer, x, score, threshold));
}

/** y = x where its score reaches the threshold, else 0. */
function keepWhere({ graph, name }: Written, x: string, score: string, threshold: string): string {
  const wins = graph.node("GreaterOrEqual", [score, threshold], `${name}.wins`);
  return graph.node("Where", [wins, x, graph.floats(`${name}.rest`, [1], new Float32Array(1))], `${name}.winners`);
}

/** Channels as [groups, size], the group's own axis third. */
function grouped({ graph, node, inputs, name, config }: Written): string {
  const [, ...shape] = node.inputs[0]!.shape as number[];
  const size = config["size"] as number;
  const rows = [0, shape.at(-1)! / size, size, ...shape.slice(0, -1)];
  return graph.node("Reshape", [inputs[0]!, graph.ints(`${name}.groups`, rows)], `${name}.grouped`);
}

/** The shape of the layer's output again; 0 means the same as in the input: the batch. */
function restored({ graph, node, name }: Written, x: string): string {
  const [, ...shape] = node.output.shape as number[];
  const rows = [0, shape.at(-1)!, ...shape.slice(0, -1)];
  return graph.node("Reshape", [x, graph.ints(`${name}.shape`, rows)], name);
}

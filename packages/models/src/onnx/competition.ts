import { refuse } from "./settings.ts";
import type { Written } from "./graph.ts";

/** All values of a sample, or of each of its channels, in one row: [batch, rows, values]. */
export function rowsOf(layer: Written, by: "sample" | "channel"): { readonly x: string; readonly size: number } {
  const { graph, node, inputs, name } = layer;
  const [, ...shape] = node.output.shape as number[];
  const rows = by === "channel" && shape.length > 1 ? channelsOf(layer) : 1;
  const size = shape.reduce((product, n) => product * n, 1) / rows;
  return {
    x: graph.node("Reshape", [inputs[0]!, graph.ints(`${name}.rows`, [0, rows, size])], `${name}.row`),
    size,
  };
}

/** The k largest of the scores of each row, the least of them: [batch, rows, 1]. */
export function kthLargest({ graph, name }: Written, score: string, k: number): string {
  const top = `${name}.top`;
  const options = { axis: 2, largest: 1, sorted: 0 };
  graph.nodes("TopK", [score, graph.ints(`${name}.k`, [k])], [top, `${name}.where`], options);
  return graph.node("ReduceMin", [top], `${name}.threshold`, { axes: [2], keepdims: 1 });
}

/** `x` where its score reaches the threshold, else 0. */
export function keepWhere({ graph, name }: Written, x: string, score: string, threshold: string): string {
  const wins = graph.node("GreaterOrEqual", [score, threshold], `${name}.wins`);
  return graph.node("Where", [wins, x, graph.floats(`${name}.rest`, [1], new Float32Array(1))], `${name}.winners`);
}

/** Channels as [groups, size], the group's own axis third. */
export function groupsOf(layer: Written): string {
  const { graph, node, inputs, name, config } = layer;
  const [, ...shape] = node.inputs[0]!.shape as number[];
  const size = config["size"] as number;
  const rows = [0, channelsOf(layer) / size, size, ...shape.slice(0, -1)];
  return graph.node("Reshape", [inputs[0]!, graph.ints(`${name}.groups`, rows)], `${name}.grouped`);
}

/** The shape of the layer's output again; 0 means the same as in the input: the batch. */
export function restored({ graph, node, name }: Written, x: string): string {
  const [, ...shape] = node.output.shape as number[];
  const [height, width, channels] = shape;
  const own = shape.length === 3 ? [channels!, height!, width!] : shape;
  return graph.node("Reshape", [x, graph.ints(`${name}.shape`, [0, ...own])], name);
}

/** A number for each channel, in a shape that fits to the layer's input. */
export function ofChannels({ graph, node, name }: Written, what: string, values: Float32Array): string {
  const shape = node.output.shape.length === 4 ? [values.length, 1, 1] : [values.length];
  return graph.floats(`${name}.${what}`, shape, values);
}

/** Only those of images come first, and only those of single rows are all there is. */
function channelsOf({ node }: Written): number {
  const { shape } = node.inputs[0]!;
  return shape.length === 3 ? refuse(node, "is applied to rows of rows") : shape.at(-1)!;
}

import { InputError, show } from "@kwta/core";
import type { GraphNode } from "../build/graph.ts";
import { FUNCTIONS } from "./functions.ts";
import type { Written } from "./graph.ts";
import { channelAxis } from "./layout.ts";

/**
 * A layer's own computation, and the activation that is part of the layer.
 *
 * @param compute writes the layer; is told what to call its result
 */
export function activation(layer: Written, compute: (result: string) => string): string {
  const { name, config } = layer;
  const kind = config["activation"] ?? "linear";
  if (kind === "linear") return compute(name);
  return writeFunction(layer, kind, compute(`${name}.linear`));
}

/** An activation by its name. */
export function writeFunction({ graph, node, name }: Written, kind: unknown, x: string): string {
  if (typeof kind !== "string" || !Object.hasOwn(FUNCTIONS, kind))
    return refuse(node, `has the activation ${show(kind)}`);
  return FUNCTIONS[kind]!(graph, x, name, channelAxis(node.output));
}

/** Size, steps and zeros of a sliding window. TensorFlow's "same" puts the odd row at the end. */
export function window(
  { node, config }: Written,
  size: readonly number[],
  dilations: readonly number[],
): { kernel_shape: readonly number[]; strides: readonly number[]; pads: readonly number[] } {
  const strides = pair(config["strides"] ?? size);
  const [, height, width] = node.inputs[0]!.shape;
  if (height == null || width == null) return refuse(node, "has an input of unknown size");
  const zeros = [height, width].map((length, axis) => {
    if (config["padding"] !== "same") return [0, 0] as const;
    const reach = (size[axis]! - 1) * dilations[axis]! + 1;
    const total = Math.max(0, (Math.ceil(length / strides[axis]!) - 1) * strides[axis]! + reach - length);
    return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
  });
  return { kernel_shape: size, strides, pads: [zeros[0]![0], zeros[1]![0], zeros[0]![1], zeros[1]![1]] };
}

/** A setting for both axes of an image. */
export function pair(value: unknown): readonly number[] {
  return Array.isArray(value) ? (value as number[]) : [value as number, value as number];
}

/** A copy of the numbers of a weight, where the layer has it. */
export function weight({ node }: Pick<Written, "node">, name: string): Float32Array | undefined {
  const found = node.layer.weights.find(({ originalName }) => originalName.endsWith(`/${name}`));
  return found && new Float32Array(found.read().dataSync<"float32">());
}

/** @throws InputError that names the layer */
export function refuse(node: GraphNode, what: string): never {
  throw new InputError(`Layer ${show(node.layer.name)} ${what}, which cannot be written as ONNX.`);
}

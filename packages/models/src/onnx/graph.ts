import type { GraphNode } from "../build/graph.ts";
import { float, int, message, text, type Message } from "./protobuf.ts";

/** A value of an attribute: whole numbers unless `float` says otherwise. */
export type Attribute = number | readonly number[] | { readonly float: number } | { readonly text: string };

/** Collects the nodes and constants of an ONNX graph. */
export class OnnxGraph {
  /** GraphProto's `node` and `initializer` fields. */
  readonly fields: Message[] = [];
  private count = 0;

  /** Adds a node; its only result is called `output`. */
  node(
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    this.nodes(op, inputs, [output], attributes);
    return output;
  }

  /** {@link node} with several results. */
  nodes(
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
  ): void {
    const fields = [
      ...inputs.flatMap((name) => text(1, name)),
      ...outputs.flatMap((name) => text(2, name)),
      ...text(3, `${op}_${this.count++}`),
      ...text(4, op),
      ...Object.entries(attributes).flatMap(([name, value]) => message(5, attribute(name, value))),
    ];
    this.fields.push(message(1, fields));
  }

  /** Adds a constant of 32-bit floats. */
  floats(name: string, shape: readonly number[], data: Float32Array): string {
    return this.constant(name, shape, FLOAT, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  /** Adds a constant row of 64-bit whole numbers. */
  ints(name: string, values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.constant(name, [values.length], INT64, new Uint8Array(data.buffer));
  }

  private constant(name: string, shape: readonly number[], type: number, data: Uint8Array): string {
    const dims = shape.flatMap((n) => int(1, n));
    this.fields.push(message(5, [...dims, ...int(2, type), ...text(8, name), ...message(9, [data])]));
    return name;
  }
}

const FLOAT = 1;
const INT64 = 7;

function attribute(name: string, value: Attribute): Message {
  if (typeof value === "number") return [...text(1, name), ...int(3, value), ...int(20, 2)];
  if ("text" in value) return [...text(1, name), ...text(4, value.text), ...int(20, 3)];
  if ("float" in value) return [...text(1, name), ...float(2, value.float), ...int(20, 1)];
  return [...text(1, name), ...value.flatMap((n) => int(8, n)), ...int(20, 7)];
}

/** GraphProto's `input` (11) or `output` (12): 32-bit floats, the first axis as long as the batch. */
export function valueInfo(field: 11 | 12, name: string, shape: readonly number[]): Message {
  const dims = [text(2, "batch"), ...shape.map((n) => int(1, n))].flatMap((dim) => message(1, dim));
  const tensor = [...int(1, FLOAT), ...message(2, dims)];
  return message(field, [...text(1, name), ...message(2, message(1, tensor))]);
}

/** A layer to write, and what its inputs are called. Images are [batch, channels, height, width] in ONNX. */
export interface Written {
  readonly graph: OnnxGraph;
  readonly node: GraphNode;
  readonly inputs: readonly string[];
  /** What the result must be called. */
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Adds the nodes of a layer and gives the name of their result. */
export type Writer = (layer: Written) => string;

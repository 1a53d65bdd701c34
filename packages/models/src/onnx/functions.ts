import type { OnnxGraph } from "./graph.ts";

/** A function of single numbers, or of the channels of one position, as nodes; `name` is what its result must be called. */
type WriteFunction = (graph: OnnxGraph, x: string, name: string, channelAxis: number) => string;

const one =
  (op: string, attributes: Parameters<OnnxGraph["node"]>[3] = {}): WriteFunction =>
  (graph, x, name) =>
    graph.node(op, [x], name, attributes);

const alongChannels =
  (op: string): WriteFunction =>
  (graph, x, name, axis) =>
    graph.node(op, [x], name, { axis });

/** A number for every element. */
function scalar(graph: OnnxGraph, name: string, value: number): string {
  return graph.floats(name, [], Float32Array.of(value));
}

/** x between two bounds. */
export function clip(graph: OnnxGraph, x: string, name: string, least: number, most: number): string {
  return graph.node("Clip", [x, scalar(graph, `${name}.least`, least), scalar(graph, `${name}.most`, most)], name);
}

/** `x f(x)` */
const timesItself =
  (f: WriteFunction): WriteFunction =>
  (graph, x, name, axis) =>
    graph.node("Mul", [x, f(graph, x, `${name}.gate`, axis)], name);

/** The activations of TensorFlow.js, and those of Keras 3 besides, by TensorFlow.js's names. */
export const FUNCTIONS: Readonly<Record<string, WriteFunction>> = {
  celu: one("Celu", { alpha: { float: 1 } }),
  elu: one("Elu", { alpha: { float: 1 } }),
  exponential: one("Exp"),
  /** `x / 2 (1 + erf(x / sqrt(2)))` */
  gelu: timesItself((graph, x, name) => {
    const scaled = graph.node("Mul", [x, scalar(graph, `${name}.root`, Math.SQRT1_2)], `${name}.scaled`);
    return halfMore(graph, graph.node("Erf", [scaled], `${name}.erf`), name);
  }),
  /** `x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))` */
  gelu_new: timesItself((graph, x, name) => {
    const square = graph.node("Mul", [x, x], `${name}.square`);
    const cubic = graph.node("Mul", [square, scalar(graph, `${name}.cubic`, 0.044715)], `${name}.cube`);
    const sum = graph.node("Add", [cubic, scalar(graph, `${name}.one`, 1)], `${name}.sum`);
    const scaled = graph.node("Mul", [sum, scalar(graph, `${name}.root`, Math.sqrt(2 / Math.PI))], `${name}.slope`);
    const inner = graph.node("Mul", [x, scaled], `${name}.inner`);
    return halfMore(graph, graph.node("Tanh", [inner], `${name}.tanh`), name);
  }),
  hardSigmoid: one("HardSigmoid", { alpha: { float: 0.2 }, beta: { float: 0.5 } }),
  hardSigmoidKeras3: one("HardSigmoid", { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  hardSilu: one("HardSwish"),
  hardTanh: (graph, x, name) => clip(graph, x, name, -1, 1),
  leakyRelu: one("LeakyRelu", { alpha: { float: 0.2 } }),
  logSigmoid: (graph, x, name) => {
    const minus = graph.node("Neg", [x], `${name}.minus`);
    return graph.node("Neg", [graph.node("Softplus", [minus], `${name}.softplus`)], name);
  },
  logSoftmax: alongChannels("LogSoftmax"),
  mish: timesItself((graph, x, name) => graph.node("Tanh", [graph.node("Softplus", [x], `${name}.softplus`)], name)),
  relu: one("Relu"),
  relu6: (graph, x, name) => clip(graph, x, name, 0, 6),
  selu: one("Selu"),
  sigmoid: one("Sigmoid"),
  softmax: alongChannels("Softmax"),
  softplus: one("Softplus"),
  softsign: one("Softsign"),
  swish: timesItself(one("Sigmoid")),
  tanh: one("Tanh"),
  tanhShrink: (graph, x, name) => graph.node("Sub", [x, graph.node("Tanh", [x], `${name}.tanh`)], name),
};

/** `(x + 1) / 2` */
function halfMore(graph: OnnxGraph, x: string, name: string): string {
  const sum = graph.node("Add", [x, scalar(graph, `${name}.more`, 1)], `${name}.whole`);
  return graph.node("Mul", [sum, scalar(graph, `${name}.half`, 0.5)], name);
}

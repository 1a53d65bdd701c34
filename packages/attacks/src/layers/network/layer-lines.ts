import * as tf from "@tensorflow/tfjs-core";
import type { layers } from "@tensorflow/tfjs-layers";

/** A value of a network: its number, and zeros that belong around it. */
export interface Value {
  readonly index: number;
  /** Of one sample. */
  readonly shape: readonly number[];
  readonly padding?: Padding | undefined;
}

type Padding = readonly [vertical: readonly [number, number], horizontal: readonly [number, number]];

/** The weight variables of a layer. */
export interface Variable {
  read(): tf.Tensor;
}

/** Collects the lines of a network. */
export interface LineWriter {
  /** The number of a weight; -1 where there is none. */
  weight(variable: Variable | null | undefined): number;
  /** Adds a line, whose arguments may change from call to call, and returns the number of its value. */
  line(name: string, inputs: readonly number[], args?: Argument): number;
  /** Says when a line can be computed. */
  needs(condition: () => boolean): void;
  /** Where the network is one that is trained: receives its batch norms in the order of their lines. */
  readonly trained?: ((norm: TrainedNorm) => void) | undefined;
}

/** A batch norm, whose statistics follow those of batches. */
export interface TrainedNorm {
  readonly movingMean: Followed;
  readonly movingVariance: Followed;
}

interface Followed extends Variable {
  write(value: tf.Tensor): unknown;
}

/** Whether the backend in use has a kernel. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/** Whether somebody computes a layer another way than its class does. */
export function hasOwnCall(layer: unknown): boolean {
  return Object.hasOwn(layer as object, "call");
}

type Argument = readonly (string | number)[] | (() => readonly (string | number)[]);

/**
 * Writes the lines of a layer and returns its value; undefined for a layer with settings that no line can say.
 *
 * @param layer of the class that the writer is for, with the fields that it has there
 */
// oxlint-disable-next-line typescript/no-explicit-any
type WriteLayer = (
  writer: LineWriter,
  layer: any,
  inputs: readonly Value[],
  shape: readonly number[],
) => Value | undefined;

/** The lines of a layer; undefined where there are none for its kind or settings. */
export function writeLayer(
  writer: LineWriter,
  layer: layers.Layer,
  inputs: readonly Value[],
  shape: readonly number[],
): Value | undefined {
  if (hasOwnCall(layer)) return undefined;
  const write = WRITERS[layer.getClassName()] ?? (isActivation(layer) ? writeStep : undefined);
  if (write !== writePadded && inputs.some(({ padding }) => padding !== undefined)) return undefined;
  return write?.(writer, layer, inputs, shape);
}

/** Fields of TF.js's convolution and dense layers. */
interface Linear {
  readonly kernel: Variable;
  readonly bias: Variable | null;
  readonly activation: { getClassName(): string } | null;
}

interface Conv2D extends Linear {
  readonly strides: readonly [number, number];
  readonly dilationRate: readonly [number, number];
  readonly padding: "same" | "valid";
  readonly dataFormat: string;
}

const writePadded: WriteLayer = (writer, layer: Conv2D, [x], shape) => {
  if (layer.dataFormat === "channelsFirst" || x!.shape.length !== 3) return undefined;
  const [height, width] = x!.shape as [number, number];
  const filter = layer.kernel.read().shape as [number, number, number, number];
  const [strides, dilations] = [layer.strides, layer.dilationRate].map((each) => [...each] as [number, number]);
  const { padInfo } = tf.backend_util.computeConv2DInfo(
    [1, height, width, filter[2]],
    filter,
    strides!,
    dilations!,
    layer.padding,
  );
  if (x!.padding !== undefined && layer.padding !== "valid") return undefined;
  const [top, left] = x!.padding?.map(([before]) => before) ?? [padInfo.top, padInfo.left];
  const args = [...strides!, ...dilations!, top!, left!, shape[0]!, shape[1]!];
  return linear(writer, layer, x!, args, shape);
};

/** A line `conv`, and its activation. */
function linear(
  writer: LineWriter,
  { kernel, bias, activation }: Linear,
  { index }: Value,
  args: readonly number[],
  shape: readonly number[],
): Value | undefined {
  const name = activation?.getClassName() ?? "linear";
  if (name !== "linear" && name !== "relu") return undefined;
  const made = writer.line("conv", [index], [writer.weight(kernel), writer.weight(bias), ...args]);
  return { index: name === "relu" ? writer.line("relu", [made]) : made, shape };
}

const writeDense: WriteLayer = (writer, layer: Linear, [x], shape) =>
  x!.shape.length === 1 ? linear(writer, layer, x!, [], shape) : undefined;

interface Depthwise extends Conv2D {
  readonly depthwiseKernel: Variable;
}

/** Those that scale each channel alone. */
const writeScale: WriteLayer = (writer, layer: Depthwise, [x], shape) => {
  const [height, width, , multiplier] = layer.depthwiseKernel.read().shape;
  const plain = [height, width, multiplier, ...layer.strides].every((size) => size === 1);
  const name = layer.activation?.getClassName() ?? "linear";
  if (!plain || name !== "linear" || layer.dataFormat === "channelsFirst") return undefined;
  const args = [writer.weight(layer.depthwiseKernel), writer.weight(layer.bias)];
  return { index: writer.line("scale", [x!.index], args), shape };
};

interface Norm extends TrainedNorm {
  readonly gamma: Variable | null;
  readonly beta: Variable | null;
  readonly epsilon: number;
  readonly momentum: number;
  readonly axis: number;
}

const writeNorm: WriteLayer = (writer, layer: Norm, [x], shape) => {
  if (layer.axis !== -1 && layer.axis !== shape.length) return undefined;
  const weights = [layer.gamma, layer.beta, layer.movingMean, layer.movingVariance];
  const args = [...weights.map((each) => writer.weight(each)), layer.epsilon];
  if (writer.trained) {
    writer.trained(layer);
    args.push(layer.momentum);
  }
  return { index: writer.line("norm", [x!.index], args), shape };
};

const writeRelu: WriteLayer = (writer, layer: { maxValue?: number | null }, [x], shape) =>
  layer.maxValue === undefined || layer.maxValue === null
    ? { index: writer.line("relu", [x!.index]), shape }
    : undefined;

const writeActivation: WriteLayer = (writer, { activation }: Pick<Linear, "activation">, [x], shape) => {
  const name = activation?.getClassName();
  if (name === "linear") return { ...x!, shape };
  return name === "relu" ? { index: writer.line("relu", [x!.index]), shape } : undefined;
};

/** An activation that says itself what it is in a network, as those of `@kwta/op` do. */
interface ActivationLayer {
  networkStep(sizes: readonly number[], training: boolean): NetworkStep | undefined;
}

interface NetworkStep {
  /** The name of an activation; a backend that has it has a kernel `Activation:NAME`. */
  readonly activation: string;
  readonly weights?: readonly Variable[];
  readonly arguments: readonly (string | number)[];
}

function isActivation(layer: layers.Layer): boolean {
  // What a class says of itself need not hold for one that is derived from it.
  return Object.hasOwn(Object.getPrototypeOf(layer) as object, "networkStep");
}

const writeStep: WriteLayer = (writer, layer: ActivationLayer, [x], shape) => {
  const step = (): NetworkStep | undefined => layer.networkStep(shape, writer.trained !== undefined);
  const now = step();
  if (now === undefined) return undefined;
  const { activation, weights = [] } = now;
  const numbers = weights.map((each) => writer.weight(each));
  // Its settings and its gradient may be chosen by hand while the model is in use.
  writer.needs(() => hasKernel(`Activation:${activation}`) && step() !== undefined);
  const index = writer.line("activation", [x!.index], () => [activation, ...numbers, ...step()!.arguments]);
  return { index, shape };
};

interface Pool {
  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: "same" | "valid";
  readonly dataFormat: string;
}

function writePool(name: "max" | "mean"): WriteLayer {
  return (writer, { poolSize, strides, padding, dataFormat }: Pool, [x], shape) => {
    const within = [0, 1].every((axis) => (shape[axis]! - 1) * strides[axis]! + poolSize[axis]! <= x!.shape[axis]!);
    if (dataFormat === "channelsFirst" || (padding !== "valid" && !within)) return undefined;
    const args = [...poolSize, ...strides, shape[0]!, shape[1]!];
    return { index: writer.line(name, [x!.index], args), shape };
  };
}

const writeGlobalMean: WriteLayer = (writer, { dataFormat }: Pool, [x], shape) => {
  if (dataFormat === "channelsFirst") return undefined;
  const size = x!.shape.slice(0, 2);
  return { index: writer.line("mean", [x!.index], [...size, 1, 1, 1, 1]), shape };
};

const writeAdd: WriteLayer = (writer, _layer, inputs, shape) =>
  inputs.every((each) => each.shape.join() === shape.join())
    ? {
        index: writer.line(
          "add",
          inputs.map(({ index }) => index),
        ),
        shape,
      }
    : undefined;

const writeConcatenate: WriteLayer = (writer, { axis }: { axis: number }, inputs, shape) =>
  shape.length === 3 && (axis === -1 || axis === 3)
    ? {
        index: writer.line(
          "concat",
          inputs.map(({ index }) => index),
        ),
        shape,
      }
    : undefined;

/** Zeros that the convolution after it takes for its own. */
const writePadding: WriteLayer = (_writer, layer: { padding: Padding; dataFormat: string }, [x], shape) =>
  layer.dataFormat === "channelsFirst" ? undefined : { index: x!.index, shape, padding: layer.padding };

/** Layers that add noise to what is trained. */
const writeNoise: WriteLayer = ({ trained }, { rate, stddev }: { rate?: number; stddev?: number }, [x], shape) =>
  trained === undefined || (rate ?? stddev) === 0 ? { index: x!.index, shape } : undefined;

const passOn: WriteLayer = (_writer, _layer, [x], shape) => ({ index: x!.index, shape });

const WRITERS: Readonly<Partial<Record<string, WriteLayer>>> = {
  Conv2D: writePadded,
  Dense: writeDense,
  DepthwiseConv2D: writeScale,
  BatchNormalization: writeNorm,
  ReLU: writeRelu,
  Activation: writeActivation,
  MaxPooling2D: writePool("max"),
  AveragePooling2D: writePool("mean"),
  GlobalAveragePooling2D: writeGlobalMean,
  Add: writeAdd,
  Concatenate: writeConcatenate,
  ZeroPadding2D: writePadding,
  Flatten: passOn,
  Dropout: writeNoise,
  SpatialDropout1D: writeNoise,
  GaussianDropout: writeNoise,
  GaussianNoise: writeNoise,
  AlphaDropout: writeNoise,
};

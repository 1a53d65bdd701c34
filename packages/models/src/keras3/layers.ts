import { InputError, show } from "@kwta/core";
import { ACTIVATIONS } from "./activations.ts";

/** The settings of a layer as Keras writes them. */
export type Config = Readonly<Record<string, unknown>>;

/** A layer as a topology has it. */
export interface Layer {
  readonly class_name: string;
  readonly config: Config;
}

/** What stands for a layer of Keras 3, and how its weights are called. */
export interface Translated {
  readonly layer: Layer;
  /** A layer that does the rest of the work, if one does not do it all. */
  readonly after?: Layer | undefined;
  /** In the order in which Keras numbers them. Where the names differ, a pair: Keras's and TensorFlow.js's. */
  readonly weights: readonly (string | readonly [keras: string, ours: string])[];
}

type Translate = (name: string, config: Config) => Partial<Translated>;

/**
 * A layer of Keras 3 in the form of Keras 2, which TensorFlow.js reads. Initial values, regularisers and constraints are left
 * out: they say nothing about what a trained network computes.
 *
 * @throws InputError for what TensorFlow.js cannot compute
 */
export function translateLayer({ class_name: kind, config: given }: Layer): Translated {
  const name = String(given["name"]);
  const kept = Object.entries(given).filter(([key]) => !/_(?:initializer|regularizer|constraint)$/.test(key));
  const config: Config = { ...Object.fromEntries(kept.map((each) => setting(name, each))), name };
  const translate = Object.hasOwn(LAYERS, kind) ? LAYERS[kind]! : asItIs;
  return { layer: { class_name: kind, config }, weights: [], ...translate(name, config) };
}

function setting(name: string, [key, value]: [string, unknown]): [string, unknown] {
  // Weights are 32-bit floats whatever the layer computes with.
  if (key === "dtype") return [key, "float32"];
  if (key === "batch_shape") return ["batch_input_shape", value];
  if (key === "activation" || key === "recurrent_activation") return [key, activation(name, value)];
  return [key, value];
}

function activation(name: string, given: unknown): string {
  const { class_name: kind, config } = (given ?? {}) as { class_name?: unknown; config?: unknown };
  const found = given === null ? "linear" : kind === "function" ? config : given;
  if (typeof found === "string" && Object.hasOwn(ACTIVATIONS, found)) return ACTIVATIONS[found]!;
  return refuse(name, `has the activation ${show(found)}`);
}

const asItIs: Translate = () => ({});
const passesOn: Translate = (name) => ({ layer: { class_name: "Activation", config: { name, activation: "linear" } } });

const convolution: Translate = (name, config) => {
  if ((config["groups"] ?? 1) !== 1) refuse(name, `has ${show(config["groups"])} groups`);
  if (config["output_padding"] != null) refuse(name, "has output_padding");
  return { weights: ["kernel", ...bias(config)] };
};

const normalisation: Translate = (name, config) => {
  if (config["rms_scaling"] === true) refuse(name, "has rms_scaling");
  return {
    weights: [...(config["scale"] === false ? [] : ["gamma"]), ...(config["center"] === false ? [] : ["beta"])],
  };
};

const recurrent: Translate = (_, config) => ({ weights: ["kernel", "recurrent_kernel", ...bias(config)] });

/** The mean or the largest over all positions, whose axes may stay with the length 1. */
const globalPooling =
  (axes: number): Translate =>
  (name, config) => {
    if (config["keepdims"] !== true) return {};
    return { after: { class_name: "KeepDims", config: { name: `${name}_keepdims`, axes } } };
  };

/** Arithmetic with a number, which Keras writes where a program says `x / 255`. */
export const ARITHMETIC: Readonly<Record<string, (number: number) => { scale: number; offset: number }>> = {
  Add: (offset) => ({ scale: 1, offset }),
  Subtract: (number) => ({ scale: 1, offset: -number }),
  Multiply: (scale) => ({ scale, offset: 0 }),
  TrueDivide: (number) => ({ scale: 1 / number, offset: 0 }),
  Divide: (number) => ({ scale: 1 / number, offset: 0 }),
};

/** Layers that do something in training alone. */
const IN_TRAINING: readonly string[] = (
  "AugMix AutoContrast CutMix Equalization GaussianBlur MixUp RandAugment RandomBrightness " +
  "RandomColorDegeneration RandomColorJitter RandomContrast RandomElasticTransform RandomErasing RandomFlip " +
  "RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation " +
  "RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom SpatialDropout2D SpatialDropout3D"
).split(" ");

const LAYERS: Readonly<Record<string, Translate>> = {
  ActivityRegularization: passesOn,
  BatchNormalization: (name, config) => ({
    weights: [...normalisation(name, config).weights!, "moving_mean", "moving_variance"],
  }),
  Conv1D: convolution,
  Conv2D: convolution,
  Conv2DTranspose: convolution,
  Conv3D: convolution,
  Conv3DTranspose: convolution,
  ConvLSTM2D: recurrent,
  Dense(name, config) {
    if (config["quantization_config"] != null) refuse(name, "is quantised");
    return { weights: ["kernel", ...bias(config)] };
  },
  DepthwiseConv2D: (_, config) => ({ weights: [["kernel", "depthwise_kernel"], ...bias(config)] }),
  ELU(name, config) {
    if ((config["alpha"] ?? 1) !== 1) refuse(name, `has alpha ${show(config["alpha"])}`);
    return {};
  },
  Embedding: () => ({ weights: ["embeddings"] }),
  GRU: recurrent,
  GlobalAveragePooling1D: globalPooling(1),
  GlobalAveragePooling2D: globalPooling(2),
  GlobalMaxPooling1D: globalPooling(1),
  GlobalMaxPooling2D: globalPooling(2),
  Identity: passesOn,
  LSTM: recurrent,
  LayerNormalization: normalisation,
  LeakyReLU: (name, config) => rectifier(name, { negative_slope: 0.3, ...config }),
  Normalization(name, config) {
    if (config["mean"] != null || config["invert"] === true)
      refuse(name, "holds its mean as a setting, or is inverted");
    const settings = { name, axis: [config["axis"]].flat().at(-1), center: false, scale: false, epsilon: 0 };
    return {
      layer: { class_name: "BatchNormalization", config: settings },
      weights: [["mean", "moving_mean"], ["variance", "moving_variance"], "count"],
    };
  },
  PReLU: () => ({ weights: ["alpha"] }),
  ReLU: rectifier,
  Rescaling(name, config) {
    if (typeof config["scale"] === "number" && typeof config["offset"] === "number") return {};
    return refuse(name, "has a scale or an offset for each channel");
  },
  SeparableConv2D: (_, config) => ({ weights: ["depthwise_kernel", "pointwise_kernel", ...bias(config)] }),
  SimpleRNN: recurrent,
  UpSampling2D(name, config) {
    if (config["interpolation"] === "nearest") return {};
    return refuse(name, `interpolates (${show(config["interpolation"])}) between the centres of pixels`);
  },
  ...Object.fromEntries(IN_TRAINING.map((kind) => [kind, passesOn])),
};

/** One of TensorFlow.js's three rectifiers does what Keras's does, unless two settings are in the way of each other. */
function rectifier(name: string, config: Config): Partial<Translated> {
  const { max_value: most = null, negative_slope: alpha = 0, threshold: theta = 0 } = config;
  const layer = (class_name: string, settings: Config): Partial<Translated> => ({
    layer: { class_name, config: { name, ...settings } },
  });
  if (alpha === 0 && theta === 0) return layer("ReLU", { max_value: most });
  if (most === null && theta === 0) return layer("LeakyReLU", { alpha });
  if (most === null && alpha === 0) return layer("ThresholdedReLU", { theta });
  return refuse(name, "has several of max_value, negative_slope and threshold");
}

function bias(config: Config): string[] {
  return config["use_bias"] === false ? [] : ["bias"];
}

function refuse(name: string, what: string): never {
  throw new InputError(`its layer ${show(name)} ${what}, which TensorFlow.js does not have`);
}

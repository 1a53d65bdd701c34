import { InputError, parseNumber, show } from "@kwta/core";
import type { CreateModelOptions } from "@kwta/models";
import type { CommandSettings } from "../../command.ts";
import { readCount } from "../../options.ts";

/** What `kwta models` takes; each action uses some of it. */
export const MODELS_ARGS = {
  action: { type: "positional", description: "list, info, import or export.", required: true },
  what: {
    type: "positional",
    description:
      "info: an id such as resnet18@kwta:0.1, a file of weights, or a MODEL of kwta evaluate. import: a .safetensors or .pth file of PyTorch. " +
      "export: a folder with a model.json, or of kwta train, or pretrained:NAME.",
    required: false,
  },
  model: { type: "string", description: "import: id of the network that the weights are of." },
  input: { type: "string", description: "Input shape: HEIGHTxWIDTHxCHANNELS, or a length.", default: "32x32x3" },
  classes: { type: "string", description: "Number of classes.", default: "10" },
  key: {
    type: "string",
    description: "import: which dict of the file is meant where several could be, such as state_dict_ema.",
  },
  mean: {
    type: "string",
    description: "import: mean of each channel that the network expects to be taken away, such as 0.49,0.48,0.45.",
  },
  std: { type: "string", description: "import: standard deviation of each channel, which belongs to --mean." },
  pretrained: { type: "boolean", description: "list: the trained nets that can be had, instead." },
  float16: { type: "boolean", description: "export: store .safetensors in half precision." },
  fold: { type: "boolean", description: "export: make batch norm part of the convolutions before it." },
  out: {
    type: "string",
    description: "import: folder of the model. export: a name that ends in .safetensors or .onnx, or a folder.",
  },
} as const;

/** What an action does. */
export type RunAction = CommandSettings<typeof MODELS_ARGS>["run"];

type Args = Parameters<RunAction>[0];

/**
 * The value of an option that this action cannot do without.
 *
 * @throws InputError when it was not given
 */
export function needed(args: Args, name: "what" | "model" | "out"): string {
  const value = args[name];
  if (value !== undefined) return value;
  const { description } = MODELS_ARGS[name];
  const missing = name === "what" ? "something to work on" : `--${name}`;
  throw new InputError(`kwta models ${args.action} needs ${missing}. ${description}`);
}

/**
 * What a network is built for.
 *
 * @throws InputError when it cannot be read
 */
export function readShape(args: Args): Pick<CreateModelOptions, "inputShape" | "numClasses"> {
  const sizes = args.input.split("x").map(parseNumber);
  if ((sizes.length !== 3 && sizes.length !== 1) || !sizes.every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw new InputError(`--input is ${show(args.input)}; write HEIGHTxWIDTHxCHANNELS, such as 28x28x1, or a length.`);
  }
  return {
    inputShape: sizes as [number, number, number] | [number],
    numClasses: readCount("classes", args.classes, 2)!,
  };
}

/** Nothing here computes much, so the backend that always works will do. */
export async function startSmallBackend(): Promise<void> {
  const { cpu } = await import("@kwta/backend");
  const { start } = await import("../../start.node.ts");
  await start({ backends: [cpu()] });
}

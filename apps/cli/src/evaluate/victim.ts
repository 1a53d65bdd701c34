import { InputError, show } from "@kwta/core";
import type { DatasetSettings, VictimOptions, VictimSettings } from "@kwta/runs";
import { basename, join } from "node:path";
import { given, RANGE_OPTIONS, readCount, readDataset, readNumber, readRange, type DATA_OPTIONS } from "../options.ts";

/** What can be attacked, as a part of a sentence. */
export const MODEL_KINDS =
  "a run folder of kwta train, a folder with a TensorFlow.js model (model.json), a .pth or .safetensors " +
  "file with --net, an .onnx file, the address (http, https) of a model, or pretrained:NAME (kwta models list --pretrained).";

/** What names a model, in all commands that take one. */
export const MODEL_ARGUMENT = {
  type: "positional",
  required: true,
  description: `What to attack: ${MODEL_KINDS}`,
} as const;

/** What must be said of models that cannot say it themselves. */
export const VICTIM_OPTIONS = {
  gamma: { type: "string", description: "Of a run of an incremental training: the net at this sparsity ratio." },
  checkpoint: {
    type: "string",
    description: "Of a run: last, its weights at the end, or best, its best epoch. Default: last.",
  },
  net: { type: "string", description: "Of a file of weights: the network's id, such as resnet18@kwta:0.1." },
  key: { type: "string", description: "Of a file of weights: which dict, where several could be meant." },
  "exact-batch-norm": {
    type: "boolean",
    description:
      "Of a network: compute batch norm as it stands, rather than in the layers before it (faster, same but for rounding).",
  },
  layout: { type: "string", description: "Of an ONNX file: nchw or nhwc. Default: where the channels, 1 or 3, are." },
  output: { type: "string", description: "Of an ONNX file: the output that holds the scores." },
  scores: {
    type: "string",
    description: "Of an ONNX file or an address, what the scores are: logits, probabilities or log-probabilities.",
  },
  access: { type: "string", description: "Of an address: score, or label where it answers classes alone." },
  header: {
    type: "string",
    description: "Of an address: NAME=VARIABLE sends a header, read from the environment variable. Several times.",
  },
  timeout: { type: "string", description: "Of an address: seconds to wait for an answer. Default: 30." },
  retries: { type: "string", description: "Of an address: how often to ask again, later each time. Default: 5." },
  rate: { type: "string", description: "Of an address: requests a second at most." },
  "request-size": { type: "string", description: "Of an address: images in one request. Default: 64." },
  ...RANGE_OPTIONS,
} as const;

type Given<Name extends string> = { readonly [K in Name]?: string | undefined };
type Flag = "exact-batch-norm";
type VictimArgs = Given<Exclude<keyof typeof VICTIM_OPTIONS, Flag>> & { readonly [K in Flag]?: boolean | undefined };

/** The options of {@link VICTIM_OPTIONS} that were given. */
function readVictimOptions(args: VictimArgs, headers: readonly string[]): VictimOptions {
  const { checkpoint, net, key, layout, output, scores, access } = args;
  return given({
    ...readRange(args),
    ...(given({ checkpoint, net, key, layout, output, scores, access }) as VictimOptions),
    gamma: readNumber("gamma", args.gamma),
    exactBatchNorm: args["exact-batch-norm"],
    headers: headers.length === 0 ? undefined : Object.fromEntries(headers.map(readHeader)),
    timeout: readNumber("timeout", args.timeout, 0.001),
    retries: readCount("retries", args.retries),
    rate: readNumber("rate", args.rate, 0.001),
    requestSize: readCount("request-size", args["request-size"], 1),
  }) as VictimOptions;
}

function readHeader(text: string): [name: string, variable: string] {
  const [, name, variable] = /^([\w-]+)=(\w+)$/.exec(text) ?? [];
  if (name !== undefined && variable !== undefined) return [name, variable];
  throw new InputError(
    "--header must be NAME=VARIABLE, such as authorization=TOKEN: what it says is read from the environment, " +
      "so that no secret gets into a report.",
  );
}

/** What is attacked. */
export interface Victim {
  readonly settings: VictimSettings;
  /** What reports call it. */
  readonly name: string;
  /** Where the report goes, unless --out says another place. */
  readonly out: string;
  readonly dataset: DatasetSettings;
}

/**
 * The model that the argument names, and its images.
 *
 * @throws InputError when it names none, and where it must be said which images
 */
export async function findVictim(
  model: string,
  args: Given<Exclude<keyof typeof DATA_OPTIONS, "download">> & VictimArgs,
  headers: readonly string[],
): Promise<Victim> {
  const { describeVictim } = await import("@kwta/runs");
  const settings = await describeVictim(model, readVictimOptions(args, headers));
  const chosen = readDataset(args);
  const own = await ownImages(settings);
  const { name: images = own?.name } = chosen;
  if (images === undefined) {
    throw new InputError(`${show(model)} does not say for which images it was trained. Name them: --dataset.`);
  }
  // The settings of one data set say nothing about another.
  const dataset = { ...(images === own?.name && own), ...chosen, name: images };
  return { settings, name: await nameOf(settings), out: outOf(settings), dataset };
}

/** The images that a model was trained on, where it says so. */
async function ownImages({ kind, what }: VictimSettings): Promise<DatasetSettings | undefined> {
  const { readRunFile } = await import("@kwta/runs");
  if (kind === "run") return (await readRunFile(what)).settings.dataset;
  const { pretrainedCard } = await import("@kwta/pretrained");
  if (kind === "pretrained") return { name: pretrainedCard(what).dataset.name };
  return undefined;
}

/** What reports call a model. */
async function nameOf({ kind, what, gamma, checkpoint }: VictimSettings): Promise<string> {
  const { readRunFile } = await import("@kwta/runs");
  if (kind === "http" || kind === "pretrained") return what;
  if (kind !== "run") return basename(what);
  const { model } = (await readRunFile(what)).settings;
  if (checkpoint === "best") return `${model} at its best epoch`;
  return gamma === undefined ? model : `${model} at gamma ${gamma}`;
}

/** A folder that is the same for the same model. */
function outOf({ kind, what, gamma, checkpoint }: VictimSettings): string {
  if (kind === "run") {
    const part = gamma === undefined ? (checkpoint ?? "last") : `gamma-${gamma}`;
    return part === "last" ? what : `${what}/${part}`;
  }
  if (kind === "saved") return what;
  if (kind === "http" || kind === "pretrained") {
    return join("runs", `evaluate-${what.replace(/^\w+:\/*/, "").replaceAll(/[^\w.-]+/g, "-")}`);
  }
  return join("runs", `evaluate-${basename(what)}`);
}

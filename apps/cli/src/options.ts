import type { Bounds, Norm } from "@kwta/attacks";
import { InputError, parseNumber, show } from "@kwta/core";
import type { DatasetSettings } from "@kwta/runs";

/** Options that several commands share. */
export const BACKEND_OPTIONS = {
  backend: {
    type: "string",
    description:
      "Backend: auto, tensorflow, webgpu, wasm, wasm:threads=1,winograd=false, or cpu. Default: KWTA_BACKEND, or auto.",
  },
  threads: { type: "string", description: "Threads of the backend. Default: KWTA_THREADS, or all cores." },
} as const;

/** @see {@link BACKEND_OPTIONS} */
export const DATA_OPTIONS = {
  dataset: {
    type: "string",
    description:
      "glyphs28, glyphs32 (embedded), cifar10, cifar100, fashion-mnist, mnist, svhn, svhn-extra, folder (your own).",
  },
  "data-dir": {
    type: "string",
    description: "Folder of the data set's files. Default: KWTA_DATA_DIR, or the cache folder.",
  },
  download: { type: "boolean", description: "Download what is missing first." },
  "image-size": {
    type: "string",
    description: "folder: size that pictures are scaled to, such as 32 or 32x48 (height x width).",
  },
  channels: { type: "string", description: "folder: 1 for grey pictures, 3 for colour. Default: 3." },
} as const;

/** @see {@link BACKEND_OPTIONS} */
export const SUBSET_OPTION = {
  subset: {
    type: "string",
    description: "Train on this many images, classes in their proportions. Default: all; quickstart: some thousand.",
  },
} as const;

/** @see {@link BACKEND_OPTIONS} */
export const SEED_OPTION = {
  seed: { type: "string", description: "Seed of everything random.", default: "0" },
} as const;

/** @see {@link BACKEND_OPTIONS} */
export const RESUME_OPTION = {
  resume: {
    type: "string",
    description: "Go on in this folder; without a value, in the newest one.",
    valueHint: "folder",
  },
} as const;

/** @see {@link BACKEND_OPTIONS} */
export const RANGE_OPTIONS = {
  bounds: {
    type: "string",
    description:
      "Range of the images that the model takes, and of --eps: 0,255 or -1,1. Images are scaled to it. Default: 0,1.",
  },
  mean: {
    type: "string",
    description: "Taken off first, in units of --bounds: 0.5, or one for each channel: 0.49,0.48,0.45.",
  },
  std: { type: "string", description: "Divided by then: 0.5, or one for each channel." },
} as const;

/** What `asClassifier` takes, from the options of {@link RANGE_OPTIONS} that were given. */
export function readRange(args: { readonly [K in keyof typeof RANGE_OPTIONS]?: string | undefined }): {
  readonly bounds?: Bounds;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
} {
  const bounds = readNumbers("bounds", args.bounds);
  if (bounds !== undefined && bounds.length !== 2) {
    throw new InputError(
      `--bounds is ${show(args.bounds)}; it must be two numbers, the least and the largest, such as 0,255.`,
    );
  }
  return given({
    bounds: bounds && { min: bounds[0]!, max: bounds[1]! },
    mean: readNumbers("mean", args.mean),
    std: readNumbers("std", args.std),
  });
}

function readNumbers(name: string, value: string | undefined): readonly number[] | undefined {
  const numbers = value?.split(",").map(parseNumber);
  if (numbers === undefined || numbers.every((each) => Number.isFinite(each))) return numbers;
  throw new InputError(
    `--${name} is ${show(value)}; it must be numbers with commas between them, such as 0.5 or 0.5,0.4,0.3.`,
  );
}

/** What `start` takes, from the options of {@link BACKEND_OPTIONS}. */
export function readBackend(args: { readonly backend?: string | undefined; readonly threads?: string | undefined }): {
  backend?: string;
  threads?: number;
} {
  return given({ backend: args.backend, threads: readCount("threads", args.threads) });
}

/** The settings of a data set, from the options of {@link DATA_OPTIONS} and {@link SUBSET_OPTION} that were given. */
export function readDataset(args: {
  readonly dataset?: string | undefined;
  readonly "data-dir"?: string | undefined;
  readonly subset?: string | undefined;
  readonly "image-size"?: string | undefined;
  readonly channels?: string | undefined;
}): Partial<DatasetSettings> {
  return given({
    name: args.dataset,
    dataDir: args["data-dir"],
    subset: readCount("subset", args.subset, 10),
    imageSize: readImageSize(args["image-size"]),
    channels: readChannels(args.channels),
  });
}

function readImageSize(value: string | undefined): readonly [height: number, width: number] | undefined {
  if (value === undefined) return undefined;
  const [, height, width = height] = /^(\d+)(?:x(\d+))?$/.exec(value) ?? [];
  if (Number(height) > 0 && Number(width) > 0) return [Number(height), Number(width)];
  throw new InputError(`--image-size is ${show(value)}; it must be pixels, such as 32, or 32x48 for height x width.`);
}

function readChannels(value: string | undefined): 1 | 3 | undefined {
  const channels = readNumber("channels", value);
  if (channels === undefined || channels === 1 || channels === 3) return channels;
  throw new InputError(`--channels is ${show(value)}; it must be 1 for grey or 3 for colour.`);
}

/**
 * The value of a numeric option, or undefined when it was not given.
 *
 * @throws InputError when it is not a number, or below `min`
 */
export function readNumber(name: string, value: string | undefined, min = 0): number | undefined {
  if (value === undefined) return undefined;
  const number = parseNumber(value);
  if (!Number.isFinite(number) || number < min) {
    throw new InputError(`--${name} is ${show(value)}; it must be a number of at least ${min}.`);
  }
  return number;
}

/** {@link readNumber} for whole numbers. */
export function readCount(name: string, value: string | undefined, min = 0): number | undefined {
  const number = readNumber(name, value, min);
  if (number !== undefined && !Number.isSafeInteger(number)) {
    throw new InputError(`--${name} is ${show(value)}; it must be a whole number.`);
  }
  return number;
}

/**
 * What the attacker may do: a norm, and sizes of the perturbation with commas between them.
 *
 * @throws InputError for an unknown norm, and a size that cannot be
 */
export async function readThreat(
  { norm, eps }: { readonly norm: string; readonly eps: string },
  bounds: Bounds | undefined,
): Promise<{ readonly norm: Norm; readonly eps: readonly number[] }> {
  const { threatModel } = await import("@kwta/attacks");
  const sizes = eps.split(",").map((size) => threatModel({ norm: norm as Norm, eps: size.trim(), bounds }).eps);
  return { norm: norm as Norm, eps: sizes };
}

/** An object without the keys whose value is undefined. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

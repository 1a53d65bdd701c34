import { InputError, type ImageShape } from "@kwta/core";
import { formatModelId } from "../model-id.ts";
import { ARCHITECTURES, findArchitecture, WIDE_RESNETS } from "../networks/index.ts";
import { isComplete, matchState, type StateMatch, type TensorShape } from "./match-state.ts";
import { outline } from "./outline.ts";
import { unwrapped } from "./readings.ts";
import type { StateEntry } from "./state-entries.ts";

/** A network that a dict of tensors is the weights of. */
export interface Fit {
  /** Its id; what stands in the activation slots no file says, so ReLU does here. */
  readonly id: string;
  /** A shape that fits; some networks take images of other sizes as well. */
  readonly inputShape: ImageShape | readonly [length: number];
  readonly numClasses: number;
  /** What stands before every name. */
  readonly prefix: string;
  /** Names of tensors that are not needed. */
  readonly leftOut: readonly string[];
}

/** What `recognize` says. */
export interface Recognition {
  readonly fits: readonly Fit[];
  /** Where none fits: the network with the most names in common, if that is most of them, and what is wrong. */
  readonly nearest?: Nearest;
}

/** A network that a dict of tensors is nearly the weights of. */
export interface Nearest {
  readonly id: string;
  readonly problem: string;
}

/** Which networks of this package the tensors fit, by names and shapes. Nothing is allocated. */
export function recognize(tensors: ReadonlyMap<string, TensorShape>): Recognition {
  const fits: Fit[] = [];
  let nearest: (Nearest & { readonly share: number }) | undefined;
  const ends = endsOf(tensors);
  for (const { architecture, hidden } of candidates(tensors)) {
    const names = hidden
      ? outlineOf({ architecture, hidden }, SMALL)
      : (NAMES[architecture] ??= outlineOf({ architecture }, SMALL));
    // Other programs call a few weights otherwise, never most of them.
    if (names === undefined || names.filter(({ name }) => ends.has(name)).length < names.length / 2) continue;
    const match = matchState(names, tensors);
    const share = match.names.size / names.length;
    if (share > 0.6 && share > (nearest?.share ?? 0) && match.missing.length + match.unknown.length > 0) {
      nearest = { id: `${architecture}@relu`, problem: problemOf(match), share };
    }
    if (match.missing.length > 0) continue;
    const fit = fitOf(architecture, names, match, tensors);
    if (fit && "numClasses" in fit) fits.push(fit);
    else if (fit) nearest = { ...fit, share: 2 };
  }
  if (fits.length > 0 || !nearest) return { fits };
  return { fits, nearest: { id: nearest.id, problem: nearest.problem } };
}

interface Sizes {
  readonly architecture: string;
  readonly width?: number;
  readonly hidden?: readonly number[];
}

interface Shape {
  readonly inputShape: ImageShape | readonly [length: number];
  readonly numClasses: number;
}

const SMALL: Shape = { inputShape: [32, 32, 3], numClasses: 10 };
/** Sides of images that people train on, the usual ones first. */
const SIDES = [32, 28, 64, 96, 224, 16, 8, 4, 24, 40, 48, 56, 80, 112, 128, 160, 192, 256, 299, 384];
const MOST_LAYERS = 100;
/** Each architecture at its default size. */
const NAMES: Record<string, readonly StateEntry[] | undefined> = {};

/** Every architecture with a name, and those of variable depth at the depth that these names speak of. */
function candidates(tensors: ReadonlyMap<string, TensorShape>): Sizes[] {
  const names = [...tensors.keys()];
  const count = (pattern: RegExp): number => names.filter((name) => pattern.test(name)).length;
  const wide = WIDE_RESNETS.flatMap(({ name, blocks, stem }) => {
    const found = count(blocks);
    const size = `${name}${6 * found + 4}-${widenOf(tensors, blocks, stem)}`;
    return found > 0 && found <= MOST_LAYERS ? [size] : [];
  });
  const layers = count(/(^|\.)nn\.\d{1,3}\.weight$/);
  const fixed = Object.keys(ARCHITECTURES).filter((name) => name !== "mlp" && !/^[a-z]+\d+-\d+$/.test(name));
  return [
    ...[...wide, ...fixed].map((architecture) => ({ architecture })),
    // The sizes are read from the shapes; here their number counts.
    ...(layers > 0 && layers <= MOST_LAYERS
      ? [{ architecture: "mlp", hidden: Array.from({ length: layers - 1 }, () => 8) }]
      : []),
  ];
}

/** The ends of names, without what stands before a dot. */
function endsOf(tensors: ReadonlyMap<string, TensorShape>): Set<string> {
  const ends = new Set<string>();
  for (const name of tensors.keys()) {
    for (const each of [name, unwrapped(name)]) {
      const near = each.slice(-LONGEST_END).split(".");
      for (let i = Math.max(0, near.length - 6); i < near.length; i++) ends.add(near.slice(i).join("."));
    }
  }
  return ends;
}

const LONGEST_END = 60;

/** How many times as wide as the stem the first group of a WideResNet is. */
function widenOf(tensors: ReadonlyMap<string, TensorShape>, blocks: RegExp, stem: RegExp): number {
  const channels = (pattern: RegExp): number =>
    [...tensors].find(([name]) => pattern.test(name))?.[1].shape[0] ?? Number.NaN;
  const widen = channels(blocks) / channels(stem);
  return Number.isSafeInteger(widen) && widen >= 1 && widen <= 1000 ? widen : 1;
}

/** The same network at the sizes of these tensors, if they are its weights then. */
function fitOf(
  architecture: string,
  names: readonly StateEntry[],
  { names: found }: StateMatch,
  tensors: ReadonlyMap<string, TensorShape>,
): Fit | Nearest | undefined {
  const { width: own, hidden: ownHidden } = findArchitecture(architecture);
  const shapes = names.map((entry) => tensors.get(found.get(entry.name)!)!.shape);
  const dense = shapes.filter((_, i) => names[i]!.shape.length === 2);
  const [first, unit] = [shapes[0]!, own ? names[0]!.shape[0]! / own.default : 1];
  const isImage = names[0]!.shape.length === 4;
  const units = dense.slice(0, -1).map((shape) => shape[0]!);
  const sizes: Sizes = {
    architecture,
    ...(own && { width: first[0]! / unit }),
    ...(ownHidden && { hidden: ownHidden.length === 1 ? units.slice(0, 1) : units }),
  };
  const numClasses = dense.at(-1)?.[0] ?? 0;
  if (!isPlausible(sizes, numClasses)) return undefined;
  const { width = 0, hidden } = sizes;
  const id = formatModelId({ architecture, width, ...(hidden && { hidden }), activation: { kind: "relu" } });
  let misshapen: string | undefined;
  for (const inputShape of isImage ? imagesOf(first[1]!, architecture) : rowsOf(first[1]!)) {
    const entries = outlineOf(sizes, { inputShape, numClasses });
    const match = entries && matchState(entries, tensors);
    // The size of the images shows in one weight at most.
    if (match && match.misshapen.length > 1) return undefined;
    misshapen = match?.misshapen[0] ?? misshapen;
    if (match && isComplete(match)) {
      return { id, inputShape, numClasses, prefix: match.prefix, leftOut: match.leftOut };
    }
  }
  return misshapen === undefined ? undefined : { id, problem: `for images of no usual size, ${misshapen}` };
}

function isPlausible({ width = 1, hidden = [] }: Sizes, numClasses: number): boolean {
  return [width, numClasses, ...hidden].every((n) => Number.isSafeInteger(n) && n >= 1 && n <= 1e6);
}

function imagesOf(channels: number, architecture: string): ImageShape[] {
  if (!(channels >= 1 && channels <= 64)) return [];
  const sides = architecture.endsWith("-imagenet") ? [224, ...SIDES] : SIDES;
  return sides.map((side) => [side, side, channels]);
}

/** Images of so many values, or a row of them. */
function rowsOf(values: number): Shape["inputShape"][] {
  const images = [1, 3].map((channels) => [Math.sqrt(values / channels), channels] as const);
  const whole = images.filter(([side]) => Number.isSafeInteger(side) && side >= 8);
  return [...whole.map(([side, channels]): ImageShape => [side, side, channels]), [values]];
}

/** Undefined where the network cannot be built so. */
function outlineOf({ architecture, width, hidden }: Sizes, shape: Shape): readonly StateEntry[] | undefined {
  const own = findArchitecture(architecture);
  const id = formatModelId({
    architecture,
    width: width ?? own.width?.default ?? 0,
    ...(hidden && { hidden }),
    activation: { kind: "relu" },
  });
  try {
    return outline(id, shape);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function problemOf({ missing, unknown }: StateMatch): string {
  const say = (what: string, names: readonly string[]): string =>
    names.length === 0 ? "" : `${names.length} ${what}, such as ${names[0]!.slice(0, 80)}`;
  return [say("missing", missing), say("unknown to it", unknown)].filter((part) => part !== "").join("; ");
}

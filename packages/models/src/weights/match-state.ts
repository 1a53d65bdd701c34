import { isKnownExtra, normalizationIn, type NormalizationNames } from "./extras.ts";
import { readings } from "./readings.ts";
import type { StateEntry } from "./state-entries.ts";

/** What is known of a tensor before its numbers are read. */
export interface TensorShape {
  readonly shape: readonly number[];
  /** Where its numbers lie, where tensors can share them. */
  readonly place?: string;
}

/** How the tensors of a file and the weights of a net belong together. */
export interface StateMatch {
  /** What is to be loaded, as the file calls it: PyTorch's or Keras's layout. */
  readonly entries: readonly StateEntry[];
  /** The tensor of each entry, by the entry's name. */
  readonly names: ReadonlyMap<string, string>;
  /** What stands before every name: `"module.model."`. */
  readonly prefix: string;
  /** Other prefixes that fit as well, of other tensors. */
  readonly rivals: readonly string[];
  /** Names of weights that the file does not have. */
  readonly missing: readonly string[];
  /** Names of tensors, within the prefix, that belong to no weight. */
  readonly unknown: readonly string[];
  readonly misshapen: readonly string[];
  /** Names of tensors that are not needed: outside the prefix, counters, copies of the net. */
  readonly leftOut: readonly string[];
  /** Mean and standard deviation of the images, where the file brings them. */
  readonly normalization?: NormalizationNames;
}

type Shapes = ReadonlyMap<string, TensorShape>;

/**
 * Finds the weights of a net among the tensors of a file, whatever wrappers put before the names and whatever else the
 * file holds: the prefix under which most of the net's names lie is taken, and what is missing there may lie under another.
 *
 * @param under only prefixes that begin so
 */
export function matchState(entries: readonly StateEntry[], tensors: Shapes, under = ""): StateMatch {
  const all = [...tensors.keys()];
  if (all.some((name) => KERAS.test(name))) return matchKeras(entries, tensors);
  const own = all.filter((name) => !ATTACKER.test(name));
  const match = matchAmong(own, entries, tensors, under);
  // A file that holds nothing but the copy.
  return own.length < all.length && match.names.size === 0 ? matchAmong(all, entries, tensors, under) : match;
}

function matchAmong(
  among: readonly string[],
  entries: readonly StateEntry[],
  tensors: Shapes,
  under: string,
): StateMatch {
  const normalization = normalizationIn(among);
  const sizes = new Map(entries.map((entry) => [entry.name, entry]));
  let best: Group | undefined;
  let groups: readonly Group[] = [];
  for (const reading of readings(entries)) {
    const found = groupsOf(among, reading, entries, under).map((group) => scored(group, sizes, tensors));
    const first = found.reduce<Group | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined);
    if (first && (!best || first.score > best.score)) [best, groups] = [first, found];
    if (best?.complete) break;
  }
  const rivals = best?.complete ? rivalsOf(best, groups, tensors) : [];
  const names = best ? completed(best, groups, sizes, tensors) : new Map<string, string>();
  const prefix = best?.prefix ?? under;
  const used = new Set([...names.values(), normalization?.mean, normalization?.std]);
  const rest = [...tensors.keys()].filter((name) => !used.has(name));
  const read = best?.reading.read ?? ((name: string) => name);
  const isUnknown = (name: string): boolean => {
    const plain = read(name);
    return plain.startsWith(prefix) && !ATTACKER.test(name) && !isKnownExtra(plain.slice(prefix.length));
  };
  return {
    entries,
    names,
    prefix,
    rivals,
    ...problems(entries, names, tensors),
    unknown: rest.filter(isUnknown),
    leftOut: rest.filter((name) => !isUnknown(name)),
    ...(normalization && { normalization }),
  };
}

/** Whether all weights are there, and nothing that belongs to another net. */
export function isComplete({ missing, unknown, misshapen }: StateMatch): boolean {
  return missing.length + unknown.length + misshapen.length === 0;
}

const KERAS = /\/(kernel|bias|gamma|beta|moving_mean|moving_variance)(:0)?$/;
/** Copies of the net inside the attacker of a wrapper of models. */
const ATTACKER = /(^|\.)attacker\./;

type Reading = ReturnType<typeof readings>[number];

/** The weights that are found under a prefix. */
interface Group {
  readonly reading: Reading;
  readonly prefix: string;
  readonly names: ReadonlyMap<string, string>;
  /** Weights found, those of the right shape twice. */
  readonly score: number;
  readonly complete: boolean;
}

function groupsOf(
  tensors: readonly string[],
  reading: Reading,
  entries: readonly StateEntry[],
  under: string,
): { reading: Reading; prefix: string; names: Map<string, string> }[] {
  // Longer endings cannot be names of the net, so a long name takes no longer than a short one.
  const longest = Math.max(...entries.map(({ name }) => name.length), 0) + LONGEST_ALIAS;
  const groups = new Map<string, Map<string, string>>();
  for (const name of tensors) {
    const plain = reading.read(name);
    for (let at = plain.length; at >= 0 && plain.length - at <= longest; at = plain.lastIndexOf(".", at - 2) + 1) {
      const end = plain.slice(at);
      const entry = reading.entryOf(end);
      const prefix = plain.slice(0, at);
      if (entry !== undefined && prefix.startsWith(under)) {
        const names = groups.get(prefix) ?? new Map<string, string>();
        groups.set(prefix, names);
        // Its own name goes before another one for the same.
        if (!names.has(entry) || end === entry) names.set(entry, name);
      }
      if (at === 0) break;
    }
  }
  return [...groups].map(([prefix, names]) => ({ reading, prefix, names }));
}

const LONGEST_ALIAS = 20;

function scored(
  group: Omit<Group, "score" | "complete">,
  sizes: ReadonlyMap<string, StateEntry>,
  tensors: Shapes,
): Group {
  let fitting = 0;
  for (const [entry, name] of group.names) {
    if (sameShape(tensors.get(name)!.shape, sizes.get(entry)!.shape)) fitting++;
  }
  return { ...group, score: group.names.size + fitting, complete: fitting === sizes.size };
}

/** The names of a group, and those of weights that it lacks and one other prefix alone has, or has in the right shape. */
function completed(
  best: Group,
  groups: readonly Group[],
  sizes: ReadonlyMap<string, StateEntry>,
  tensors: Shapes,
): Map<string, string> {
  const names = new Map(best.names);
  if (names.size === sizes.size) return names;
  const others = new Map<string, string[]>();
  for (const group of groups) {
    for (const [entry, name] of group.names) {
      if (best.names.has(entry)) continue;
      const found = others.get(entry);
      if (found) found.push(name);
      else others.set(entry, [name]);
    }
  }
  for (const [entry, found] of others) {
    const fitting = found.filter((name) => sameShape(tensors.get(name)!.shape, sizes.get(entry)!.shape));
    const [only, ...more] = fitting.length > 0 ? fitting : found;
    if (more.length === 0) names.set(entry, only!);
  }
  return names;
}

/** Prefixes of other tensors that are as good. Tensors that are the same under two names are no other ones. */
function rivalsOf(best: Group, groups: readonly Group[], tensors: Shapes): string[] {
  const places = ({ names }: Group): string =>
    [...best.names.keys()].map((entry) => tensors.get(names.get(entry)!)?.place ?? names.get(entry)).join("\n");
  const own = places(best);
  const others = groups.filter((group) => group !== best && group.complete && places(group) !== own);
  return others.map(({ prefix }) => prefix);
}

function matchKeras(entries: readonly StateEntry[], tensors: Shapes): StateMatch {
  const keras = entries.map(({ keras: name, weight }) => ({
    name,
    keras: name,
    weight,
    shape: weight.shape as number[],
  }));
  const names = new Map([...tensors.keys()].map((name) => [name.replace(/:0$/, ""), name]));
  const known = new Set(keras.map(({ name }) => name));
  const unknown = [...names].filter(([name]) => !known.has(name)).map(([, name]) => name);
  return {
    entries: keras,
    names,
    prefix: "",
    rivals: [],
    ...problems(keras, names, tensors),
    unknown,
    leftOut: [],
  };
}

function problems(
  entries: readonly StateEntry[],
  names: ReadonlyMap<string, string>,
  tensors: Shapes,
): { missing: string[]; misshapen: string[] } {
  const missing: string[] = [];
  const misshapen: string[] = [];
  for (const { name, shape } of entries) {
    const found = tensors.get(names.get(name) ?? "")?.shape;
    if (!found) missing.push(name);
    else if (!sameShape(found, shape)) {
      misshapen.push(`${name} is [${found.slice(0, 8).join(", ")}] instead of [${shape.join(", ")}]`);
    }
  }
  return { missing, misshapen };
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, axis) => n === b[axis]);
}

import { PickleOpaque } from "@kwta/core";
import { TorchTensor, type Refuse } from "./torch-pickle.ts";

/** A dict of tensors somewhere in a file. */
export interface FoundDict {
  /** The way to it, with dots between: `"checkpoint.model"`, `"0"` in a list; empty where the file is the dict itself. */
  readonly key: string;
  readonly tensors: ReadonlyMap<string, TorchTensor>;
}

/**
 * The dicts of tensors in what a pickle holds, wherever they lie, nearest to the root first: in dicts, in lists, in the
 * attributes of objects. A model that was saved whole is the dict that its `state_dict()` would give. The states of
 * optimizers are passed over.
 *
 * Each container is looked into once; a dict that lies in several places is found in each of them.
 */
export function findDicts(root: unknown, refuse: Refuse): FoundDict[] {
  const found: FoundDict[] = [];
  const seen = new Map<unknown, ReadonlyMap<string, TorchTensor>>();
  const budget = { left: MOST_IN_MODULES };
  let level: readonly Place[] = [{ key: "", value: root }];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const below: Place[] = [];
    for (const { key, value } of level) {
      if (!isContainer(value) || isOptimizer(value)) continue;
      const known = seen.get(value);
      const tensors = known ?? tensorsOf(value, budget);
      if (budget.left < 0) refuse("the modules of a model in it are parts of each other too often");
      if (tensors.size > 0) found.push({ key, tensors });
      if (found.length > MOST_DICTS) refuse(`it holds more than ${MOST_DICTS} dicts of tensors`);
      if (known) continue;
      seen.set(value, tensors);
      if (!isModule(value)) for (const place of inside(key, value)) below.push(place);
    }
    level = below;
  }
  return found;
}

/** Those whose tensors are called as layers' are, `conv1.weight`; all where none are. */
export function likelyDicts<T extends { readonly tensors: ReadonlyMap<string, unknown> }>(
  dicts: readonly T[],
): readonly T[] {
  const likely = dicts.filter(({ tensors }) => [...tensors.keys()].some((name) => name.includes(".")));
  return likely.length > 0 ? likely : dicts;
}

/** What lies at the root of a file besides dicts of weights, by name: what kind of thing it is. */
export function describeOthers(root: unknown, dicts: readonly FoundDict[]): Map<string, string> {
  const known = new Set(likelyDicts(dicts).map(({ key }) => key.split(".", 1)[0]));
  const isOther = ({ key, value }: Place): boolean =>
    !known.has(key) && !(known.has("") && value instanceof TorchTensor);
  const others = inside("", root).filter(isOther).slice(0, MOST_OTHERS);
  return new Map(others.map(({ key, value }) => [key, kindOf(value)]));
}

const MOST_OTHERS = 100;

interface Place {
  readonly key: string;
  readonly value: unknown;
}

/** People nest a few dicts; more is no checkpoint. */
const DEEPEST = 12;
const MOST_DICTS = 10_000;
/** Modules and their tensors in all. */
const MOST_IN_MODULES = 1_000_000;

function inside(key: string, value: unknown): Place[] {
  const at = (name: unknown): string => (key === "" ? nameOf(name) : `${key}.${nameOf(name)}`);
  if (value instanceof Map) return [...value].map(([name, item]) => ({ key: at(name), value: item as unknown }));
  if (Array.isArray(value)) return value.map((item: unknown, i) => ({ key: at(i), value: item }));
  if (!(value instanceof PickleOpaque)) return [];
  return [value.items, value.state].flatMap((part) => inside(key, part));
}

function nameOf(name: unknown): string {
  return typeof name === "string" ? name.slice(0, LONGEST_NAME) : typeof name === "object" ? "?" : String(name);
}

const LONGEST_NAME = 200;

function isContainer(value: unknown): boolean {
  return value instanceof Map || value instanceof PickleOpaque || Array.isArray(value);
}

function isOptimizer(value: unknown): boolean {
  const attributes = value instanceof PickleOpaque ? value.state : value;
  return attributes instanceof Map && attributes.has("param_groups");
}

function isModule(value: unknown): value is PickleOpaque {
  return value instanceof PickleOpaque && value.state instanceof Map && value.state.get("_modules") instanceof Map;
}

interface Budget {
  left: number;
}

function tensorsOf(value: unknown, budget: Budget): ReadonlyMap<string, TorchTensor> {
  if (isModule(value)) return tensorsOfModule(value, budget);
  return namedTensors("", value instanceof PickleOpaque ? value.items : value);
}

function namedTensors(prefix: string, items: unknown): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  if (!(items instanceof Map)) return tensors;
  for (const [name, value] of items as Map<unknown, unknown>) {
    if (typeof name === "string" && value instanceof TorchTensor) tensors.set(prefix + name, value);
  }
  return tensors;
}

/** What `state_dict()` of a pickled module would give. */
function tensorsOfModule(root: PickleOpaque, budget: Budget): ReadonlyMap<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  const waiting: { prefix: string; module: PickleOpaque }[] = [{ prefix: "", module: root }];
  while (waiting.length > 0 && budget.left >= 0) {
    const { prefix, module } = waiting.pop()!;
    const state = module.state as Map<unknown, unknown>;
    for (const part of [state.get("_parameters"), state.get("_buffers")]) {
      budget.left -= part instanceof Map ? part.size : 0;
      for (const [name, tensor] of namedTensors(prefix, part)) tensors.set(name, tensor);
    }
    const children = [...(state.get("_modules") as Map<unknown, unknown>)];
    budget.left -= 1 + children.length;
    // The first child comes next.
    while (children.length > 0) {
      const [name, child] = children.pop()!;
      const inner = `${prefix}${nameOf(name)}.`;
      if (isModule(child) && inner.length < LONGEST_NAME) waiting.push({ prefix: inner, module: child });
    }
  }
  return tensors;
}

/** What a value is, in a word or two. */
export function kindOf(value: unknown): string {
  if (value instanceof TorchTensor) return `tensor [${value.shape.join(", ")}]`;
  if (value instanceof PickleOpaque) return value.name.slice(0, LONGEST_NAME);
  if (value instanceof Map) return `dict with ${value.size} ${value.size === 1 ? "key" : "keys"}`;
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (value instanceof Uint8Array) return "bytes";
  return value === null ? "None" : typeof value;
}

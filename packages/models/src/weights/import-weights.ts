import { show } from "@kwta/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Normalization } from "../build/normalization.ts";
import { createModel, type CreateModelOptions } from "../create-model.ts";
import type { Checkpoint, CheckpointDict } from "./checkpoint.ts";
import { normalizationFrom } from "./extras.ts";
import { isComplete, matchState, type StateMatch } from "./match-state.ts";
import { outline } from "./outline.ts";
import { checkMatch, writeState } from "./state-dict.ts";
import { stateEntries, type StateEntry } from "./state-entries.ts";
import { dictsOf, refuseSeveral } from "./weights.ts";

/** Options of {@link importWeights}. */
export interface ImportOptions extends CreateModelOptions {
  /**
   * Which dict of the file is meant where several could be, such as `"state_dict_ema"`; or, within one, what stands before
   * the names, such as `"state_dict.teacher"`.
   *
   * @defaultValue the only one that fits the network
   */
  readonly key?: string;
}

/** What {@link importWeights} made, and what it found in the file. */
export interface ImportedModel {
  /** The caller disposes it. */
  readonly model: LayersModel;
  /** The way to the dict in the file; empty where the file is the dict itself. */
  readonly key: string;
  /** What stood before every name: `"module.model."`. */
  readonly prefix: string;
  /** Tensors that were loaded. */
  readonly loaded: number;
  /** Names of the dict's tensors that were not needed. */
  readonly leftOut: readonly string[];
  /** What is in front of the network, of the file's or of the options. */
  readonly normalization?: Normalization;
}

/**
 * A model by its id with the weights of a checkpoint: the dict that fits the network is found wherever it lies, under
 * whatever prefix, and a mean and standard deviation in it (`mu` and `sigma`, `normalizer.new_mean`, ...) become a
 * normalisation in front.
 *
 * @throws InputError when nothing in the file fits, naming the tensors that are missing, unknown or misshapen; when several
 * dicts or prefixes do, listing them
 *
 * @example
 * ```ts
 * const checkpoint = openCheckpoint(bytes, "weights.pth");
 * const { model, leftOut } = importWeights("resnet18@relu", checkpoint, { inputShape: [32, 32, 3], numClasses: 10 });
 * ```
 */
export function importWeights(id: string, checkpoint: Checkpoint, options: ImportOptions): ImportedModel {
  const { key, ...settings } = options;
  const { normalization: given, ...bare } = settings;
  // The net is built once it is known what goes into it; until then, its names and shapes will do.
  const entries = outline(id, bare);
  const { dict, match } = choose(checkpoint, key, entries);
  const { prefix, leftOut, normalization: pair } = match;
  const names = [...match.names.values()];
  const tensors = dict.read(pair ? [...names, pair.mean, pair.std] : names);
  const normalization = given ?? (pair && normalizationFrom(pair, tensors));
  const model = createModel(id, { ...bare, ...(normalization && { normalization }), initialiser: "zeros" });
  writeState(matchState(stateEntries(model), tensors), tensors);
  return { model, key: dict.key, prefix, loaded: names.length, leftOut, ...(normalization && { normalization }) };
}

interface Choice {
  readonly dict: CheckpointDict;
  readonly match: StateMatch;
}

/** The dict whose tensors are the weights of this net. */
function choose(checkpoint: Checkpoint, key: string | undefined, entries: readonly StateEntry[]): Choice {
  // A dict may lie in many places.
  const known = new Map<unknown, StateMatch>();
  const choices = placesOf(checkpoint, key).map(({ dict, under }): Choice => {
    const match = (under === "" && known.get(dict.tensors)) || matchState(entries, dict.tensors, under);
    if (under === "") known.set(dict.tensors, match);
    return { dict, match };
  });
  const fitting = choices.filter(({ match }) => isComplete(match));
  if (fitting.length > 1) refuseSeveral(checkpoint, fitting.map(({ dict }) => dict)); // prettier-ignore
  const found = ({ match }: Choice): number => match.names.size - match.misshapen.length;
  const best = fitting[0] ?? choices.reduce((a, b) => (found(b) > found(a) ? b : a));
  checkMatch(best.match, choices.length > 1 && best.dict.key !== "" ? `${show(best.dict.key)}: ` : "");
  return best;
}

/** The dicts that a key names; or one, and what stands before the names in it. */
function placesOf(checkpoint: Checkpoint, key?: string): readonly { dict: CheckpointDict; under: string }[] {
  const within = checkpoint.dicts.flatMap((dict) => {
    if (key === undefined || !(dict.key === "" || key.startsWith(`${dict.key}.`))) return [];
    const under = `${dict.key === "" ? key : key.slice(dict.key.length + 1)}.`;
    return [...dict.tensors.keys()].some((name) => name.startsWith(under)) ? [{ dict, under }] : [];
  });
  return within.length > 0 ? within : dictsOf(checkpoint, key).map((dict) => ({ dict, under: "" }));
}

import { InputError, show, type KeyedRandom } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { Geometry } from "./geometry.ts";
import type { Goal } from "./goal.ts";
import type { Access, OracleFor } from "./oracle.ts";
import { resolveParams, type Params, type ParamSchema, type ParamsOf } from "./params.ts";
import type { Norm, ThreatModel } from "./threat-model.ts";

/** The version of the contract between attacks and this package. */
export const ATTACK_API = 1;

/** Tensors that run along the samples: the first size of each is the number of samples. */
export type State = Readonly<Record<string, tf.Tensor>>;

/** What an attack works with: some samples, the model as far as it may be seen, and the rules. */
export interface RunContext<A extends Access = "gradient", P extends Params = Params> {
  /** The unperturbed inputs, `[n, ...]`. Not to be disposed. */
  readonly x: tf.Tensor;
  /** The sample of each row: what the oracle and the random numbers go by. */
  readonly ids: Int32Array;
  /** Its arrays run along the rows. */
  readonly goal: Goal;
  readonly threat: ThreatModel;
  readonly geometry: Geometry;
  readonly params: Readonly<P>;
  readonly oracle: OracleFor<A>;
  /** 0 in the first run of an attack, counted up by restarts. */
  readonly restart: number;
  /** The random numbers of one sample, one purpose and one step; they depend on nothing else in the batch. */
  random(purpose: string, id: number, step?: number): KeyedRandom;
  /**
   * To be awaited after each step. Reads back the few numbers that the oracle needs, reports progress, lets the event
   * loop run, and throws when the run was aborted.
   *
   * @param fraction how much of the attack is done, 0 to 1
   */
  tick(fraction?: number): Promise<void>;
  /**
   * Drops the samples that are decided: gathers the rows of the others in the context's own tensors and in `state`,
   * whose old tensors are disposed. Returns its arguments unchanged when nobody left.
   */
  narrow<S extends State>(state: S): { readonly ctx: RunContext<A, P>; readonly state: S };
  /** Runs another attack on the samples that are not decided yet. */
  run(attack: AttackPlugin, options?: NestedRunOptions): Promise<void>;
}

/** Settings of an attack that another attack runs. */
export interface NestedRunOptions {
  readonly params?: Partial<Params> | undefined;
  /** @defaultValue the restart of the outer attack */
  readonly restart?: number | undefined;
  /**
   * Which part of the outer attack this is, for progress: `[2, 5]` is the third of five.
   *
   * @defaultValue `[0, 1]`
   */
  readonly part?: readonly [index: number, count: number] | undefined;
}

/**
 * An attack, ours or anybody's: a description, and a function that asks the oracle about points. It returns nothing,
 * since the oracle remembers the best point of each sample; {@link runAttack} projects and verifies that point.
 *
 * A package offers attacks as `export const attacks: AttackPlugin[]` from its subpath `./attacks`.
 */
export interface AttackPlugin<P extends Params = Params> {
  readonly api: typeof ATTACK_API;
  /** `"owner/name"`; part of the key of the attack's random numbers. */
  readonly id: string;
  readonly version: string;
  readonly access: Access;
  readonly norms: readonly Norm[];
  readonly goals: readonly Goal["kind"][];
  /** Whether the result depends on the seed. */
  readonly stochastic: boolean;
  readonly params: ParamSchema<P>;
  readonly cite?: { readonly title: string; readonly url: string } | undefined;
  run(ctx: RunContext<"gradient", P>): Promise<void>;
}

/** An attack as its author writes it; see {@link AttackPlugin}. */
export interface AttackDefinition<A extends Access, S extends ParamSchema> extends Omit<
  AttackPlugin,
  "api" | "access" | "params" | "run"
> {
  readonly access: A;
  readonly params: S;
  run(ctx: RunContext<A, ParamsOf<S>>): Promise<void>;
}

/**
 * Makes an attack from its definition; the access and the parameters give the types of what `run` sees.
 *
 * @throws InputError when the definition is incomplete
 * @see {@link defineIterative} for attacks that repeat a step
 */
export function defineAttack<A extends Access, const S extends ParamSchema>(
  definition: AttackDefinition<A, S>,
): AttackPlugin<ParamsOf<S>> {
  const plugin = { ...definition, api: ATTACK_API } as unknown as AttackPlugin<ParamsOf<S>>;
  checkPlugin(plugin);
  return Object.freeze(plugin);
}

/**
 * Checks that a value, such as one imported from a third-party package, is an attack of this contract.
 *
 * @throws InputError that says what is missing
 */
export function checkPlugin(plugin: unknown): asserts plugin is AttackPlugin {
  const { api, id, version, access, norms, goals, params, run } = (plugin ?? {}) as Partial<AttackPlugin>;
  const name = typeof id === "string" ? `The attack ${show(id)}` : "This attack";
  const refuse = (reason: string): never => {
    throw new InputError(`${name} cannot be used: ${reason}.`);
  };
  if (api !== ATTACK_API) {
    refuse(`its contract version (api) is ${show(api)}, this is @kwta/attacks with version ${ATTACK_API}; update one`);
  }
  if (typeof id !== "string" || !/^[^/\s]+\/[^/\s]+$/.test(id)) refuse(`its id is ${show(id)}, not "owner/name"`);
  if (typeof version !== "string") refuse(`its version is ${show(version)}, not text`);
  if (!["label", "score", "gradient"].includes(access as string)) {
    refuse(`its access is ${show(access)}, not label, score or gradient`);
  }
  if (!Array.isArray(norms) || norms.length === 0) refuse("it names no norms");
  if (!Array.isArray(goals) || goals.length === 0) refuse("it names no goals");
  if (typeof params !== "object" || params === null) return refuse("it has no parameter schema");
  if (typeof run !== "function") refuse("it has no function run");
  resolveParams(id!, params);
}

import {
  InputError,
  resolveParams,
  show,
  type Params,
  type ParamSchema,
  type ParamsGiven,
  type ParamsOf,
} from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { Goal } from "../losses/goal.ts";
import { NORMS, type Norm } from "../norms/index.ts";
import type { RunContext } from "./context.ts";
import type { Access } from "./oracle.ts";

/** The version of the contract between attacks and this package. */
export const ATTACK_API = 1;

/** What an attack looks for: any point inside a ball, or the nearest adversarial point. */
export type AttackKind = "budget" | "minimum-norm";

/** What an attack says of itself. */
export interface AttackDescription {
  /** `"owner/name"`; part of the key of the attack's random numbers. */
  readonly id: string;
  readonly version: string;
  readonly access: Access;
  readonly norms: readonly Norm[];
  readonly goals: readonly Goal["kind"][];
  /** Whether the result depends on the seed. */
  readonly stochastic: boolean;
  /**
   * Whether it looks for any point inside a ball of a given size, or for the nearest adversarial point.
   *
   * @defaultValue "budget"
   */
  readonly kind?: AttackKind | undefined;
  readonly cite?: { readonly title: string; readonly url: string } | undefined;
}

/**
 * An attack with its parameters, ours or anybody's: a description, and a function that asks the oracle about points. It
 * returns nothing, since the oracle remembers the best point of each sample; {@link runAttack} verifies that point.
 */
export interface Attack extends AttackDescription {
  readonly api: typeof ATTACK_API;
  readonly schema: ParamSchema;
  /** Resolved and frozen. */
  readonly params: Params;
  /** The attacks that it is made of; none for most. */
  readonly of: readonly Attack[];
  run(ctx: RunContext): Promise<void>;
  /** Its loop, where it is one, for those who want the last point and not the best: adversarial training. */
  readonly loop?: AttackLoop | undefined;
}

/** First state and step of an attack that repeats a step. Both are synchronous and run inside `tf.tidy`. */
export interface AttackLoop {
  readonly steps: number;
  init(ctx: RunContext): { readonly x: tf.Tensor };
  step(ctx: RunContext, state: { readonly x: tf.Tensor }, t: number): { readonly x: tf.Tensor };
}

/**
 * Makes an attack from parameters: `pgd({ steps: 40 })`. What does not depend on parameters can be read from it: `pgd.id`,
 * `pgd.schema`. Wherever an attack is taken, a maker stands for the attack with all defaults.
 *
 * A package offers attacks as `export const attacks: AttackMaker[]` from its subpath `./attacks`.
 */
export type AttackMaker<S extends ParamSchema = ParamSchema> = Make<S> &
  AttackDescription & { readonly api: typeof ATTACK_API; readonly schema: S };

// A method's parameters may be narrower in a subtype, so that makers of all kinds fit into one list.
type Make<S extends ParamSchema> = { make(params?: ParamsGiven<S>): Attack }["make"];

/** An attack, or the maker of one with all defaults. */
export type AttackLike = Attack | AttackMaker;

/** An attack as its author writes it; see {@link defineAttack}. */
export interface AttackDefinition<A extends Access, S extends ParamSchema> extends AttackDescription {
  readonly access: A;
  /** Written `as const`, it gives `ctx.params` its types. */
  readonly params: S;
  run(ctx: RunContext<A, ParamsOf<S>>): Promise<void>;
  /** @see {@link Attack.loop} */
  loop?(params: ParamsOf<S>): AttackLoop;
}

/**
 * Makes an attack from its definition; the access and the parameters give the types of what `run` sees.
 *
 * @throws InputError when the definition is incomplete
 * @see {@link defineIterative} for attacks that repeat a step, {@link defineCombinator} for attacks made of attacks
 */
export function defineAttack<A extends Access, const S extends ParamSchema>(
  definition: AttackDefinition<A, S>,
): AttackMaker<S> {
  const { params: schema, run, loop, ...description } = definition;
  const shared = { ...description, api: ATTACK_API, schema } as const;
  const make = (given?: ParamsGiven<S>): Attack => {
    const params = resolveParams(description.id, schema, given);
    const parts = { params, of: Object.freeze([]), run: run as unknown as Attack["run"], loop: loop?.(params) };
    return Object.freeze({ ...shared, ...parts });
  };
  checkAttack({ ...shared, params: {}, of: [], run });
  return Object.freeze(Object.assign(make, shared));
}

/** The attack itself, where a maker may stand for it. */
export function toAttack(attack: AttackLike): Attack {
  return typeof attack === "function" ? attack() : attack;
}

/**
 * Checks that a value, such as one imported from a third-party package, is an attack of this contract or makes one.
 *
 * @throws InputError that says what is missing
 */
export function checkAttack(value: unknown): asserts value is AttackLike {
  const attack = (value ?? {}) as Partial<Attack>;
  const { api, id, version, access, norms, goals, schema, kind = "budget" } = attack;
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
  if (!["budget", "minimum-norm"].includes(kind)) refuse(`its kind is ${show(kind)}, not budget or minimum-norm`);
  if (!isListOf(norms, Object.keys(NORMS)))
    refuse(`its norms are ${show(norms)}, not among ${Object.keys(NORMS).join(", ")}`);
  if (!isListOf(goals, ["untargeted", "targeted"])) refuse(`its goals are ${show(goals)}, not untargeted or targeted`);
  if (typeof schema !== "object" || schema === null) return refuse("it has no parameter schema");
  resolveParams(id!, schema);
  if (typeof value === "function") return;
  if (!Array.isArray(attack.of)) refuse("it does not say what it is made of");
  if (typeof attack.params !== "object" || attack.params === null) refuse("it has no parameters");
  if (typeof attack.run !== "function") refuse("it has no function run");
}

function isListOf(list: unknown, known: readonly string[]): boolean {
  return Array.isArray(list) && list.length > 0 && list.every((each) => known.includes(each as string));
}

import { InputError, resolveParams, type ParamSchema, type ParamsGiven, type ParamsOf } from "@kwta/core";
import {
  ATTACK_API,
  toAttack,
  type Attack,
  type AttackDescription,
  type AttackKind,
  type AttackLike,
} from "./attack.ts";
import type { RunContext } from "./context.ts";
import type { Access } from "./oracle.ts";

/** An attack made of attacks, as its author writes it; see {@link defineCombinator}. */
export interface CombinatorDefinition<S extends ParamSchema> extends Pick<
  AttackDescription,
  "id" | "version" | "cite"
> {
  readonly params: S;
  /**
   * What it may see of the model.
   *
   * @defaultValue the largest of what its attacks need
   */
  readonly access?: Access | undefined;
  /** @defaultValue those that all of its attacks share */
  readonly goals?: AttackDescription["goals"] | undefined;
  /** @defaultValue whether one of its attacks is */
  readonly stochastic?: boolean | undefined;
  /** @defaultValue "minimum-norm" if all of its attacks are */
  readonly kind?: AttackKind | undefined;
  /** @throws InputError for attacks that it cannot be made of */
  check?(of: readonly Attack[]): void;
  /** Runs the attacks, each by `ctx.run(attack, changes)`. */
  run(ctx: RunContext<"gradient", ParamsOf<S>>, of: readonly Attack[]): Promise<void>;
}

/** Makes an attack of attacks: `cascade(pgd, square)`, `adaptive(pgd, { backward: ["gate:0.2"] })`; parameters come last. */
export type Combinator<S extends ParamSchema = ParamSchema> = Combine<S> & {
  readonly id: string;
  readonly version: string;
  readonly schema: S;
};

// As in `AttackMaker`.
type Combine<S extends ParamSchema> = {
  combine(...ofThenParams: readonly AttackLike[] | readonly [...AttackLike[], ParamsGiven<S>]): Attack;
}["combine"];

/**
 * Makes a way to build attacks from attacks. Norms are those that all of them share.
 *
 * @example
 * ```ts
 * const smoothed = defineCombinator({
 *   id: "you/smoothed", version: "1.0.0", params: {},
 *   run: (ctx, [attack]) => ctx.run(attack!, { oracle: { lossAndGradient: smooth(ctx.oracle) } }),
 * });
 * const attack = smoothed(pgd);
 * ```
 */
export function defineCombinator<const S extends ParamSchema>(definition: CombinatorDefinition<S>): Combinator<S> {
  const { id, version, params: schema, run, cite } = definition;
  const make = (...args: readonly (AttackLike | ParamsGiven<S> | undefined)[]): Attack => {
    const [attacks, given] = split<S>(args);
    if (attacks.length === 0) throw new InputError(`${id} was given no attacks. Give at least one: ${id}(pgd).`);
    const of = Object.freeze(attacks.map(toAttack));
    definition.check?.(of);
    return Object.freeze({
      api: ATTACK_API,
      id,
      version,
      ...(cite && { cite }),
      access: definition.access ?? ACCESS_ORDER.find((access) => of.some((attack) => attack.access === access))!,
      norms: shared(
        id,
        "norm",
        of.map(({ norms }) => norms),
      ),
      goals:
        definition.goals ??
        shared(
          id,
          "goal",
          of.map(({ goals }) => goals),
        ),
      stochastic: definition.stochastic ?? of.some(({ stochastic }) => stochastic),
      kind: definition.kind ?? (of.every(({ kind }) => kind === "minimum-norm") ? "minimum-norm" : "budget"),
      schema,
      params: resolveParams(id, schema, given),
      of,
      run: (ctx: RunContext) => run(ctx as unknown as RunContext<"gradient", ParamsOf<S>>, of),
    });
  };
  return Object.freeze(Object.assign(make, { id, version, schema }));
}

const ACCESS_ORDER: readonly Access[] = ["gradient", "score", "label"];

function split<S extends ParamSchema>(
  args: readonly (AttackLike | ParamsGiven<S> | undefined)[],
): [attacks: readonly AttackLike[], params: ParamsGiven<S> | undefined] {
  const last = args.at(-1);
  const endsWithParams = args.length > 0 && typeof last !== "function" && (last as Partial<Attack>)?.api === undefined;
  const attacks = (endsWithParams ? args.slice(0, -1) : args) as readonly AttackLike[];
  return [attacks, endsWithParams ? (last as ParamsGiven<S>) : undefined];
}

function shared<T extends string>(id: string, what: string, lists: readonly (readonly T[])[]): readonly T[] {
  const common = lists[0]!.filter((each) => lists.every((list) => list.includes(each)));
  if (common.length > 0) return Object.freeze(common);
  throw new InputError(`No ${what} suits all attacks of ${id}: ${lists.map((list) => list.join(" or ")).join("; ")}.`);
}

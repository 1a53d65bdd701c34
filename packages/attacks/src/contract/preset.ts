import { resolveParams, type ParamSchema, type ParamsGiven, type ParamsOf } from "@kwta/core";
import { ATTACK_API, toAttack, type Attack, type AttackLike, type AttackMaker } from "./attack.ts";

/** A well-known attack that is made of others, as its author writes it; see {@link definePreset}. */
export interface PresetDefinition<S extends ParamSchema> {
  /** The name that {@link parseAttack} knows it by. What it makes keeps the ids of its parts. */
  readonly id: string;
  readonly params: S;
  readonly cite?: { readonly title: string; readonly url: string } | undefined;
  make(params: ParamsOf<S>): AttackLike;
}

/**
 * Gives a name to an attack that is made of others: `apgd-t` is APGD with the targeted ratio of logits for nine classes.
 */
export function definePreset<const S extends ParamSchema>(definition: PresetDefinition<S>): AttackMaker<S> {
  const { id, params: schema, cite, make } = definition;
  const build = (given?: ParamsGiven<S>): Attack => toAttack(make(resolveParams(id, schema, given)));
  const { version, access, norms, goals, stochastic, kind } = build();
  const description = { id, version, access, norms, goals, stochastic, kind, ...(cite && { cite }) };
  return Object.freeze(Object.assign(build, { ...description, api: ATTACK_API, schema } as const));
}

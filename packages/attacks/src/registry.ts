import {
  formatParams,
  formatSpec,
  InputError,
  lookUp,
  parseParams,
  parseSpec,
  type ParamSchema,
  type ParamsGiven,
  type Spec,
} from "@kwta/core";
import { ATTACKS } from "./attacks/index.ts";
import { COMBINATORS } from "./combinators/index.ts";
import type { Attack, AttackLike } from "./contract/attack.ts";
import type { Combinator } from "./contract/combinator.ts";
import type { AttackProvenance } from "./contract/result.ts";

/**
 * The attack that a text means: `"pgd:steps=40,stepSize=2/255"`, `"adaptive(pgd):backward=gate:0.2"`,
 * `"cascade(pgd,own/attack)"`. Attacks go by their id, or by what follows its owner.
 *
 * @param others attacks and combinators of other packages
 * @throws InputError for unknown names (the nearest is offered) and parameters, and when two attacks have one id
 */
export function parseAttack(text: string, others: readonly (AttackLike | Combinator)[] = []): Attack {
  return build(parseSpec("attack", text), shelf(others));
}

/** The text that {@link parseAttack} reads as this attack. */
export function formatAttack(
  attack: AttackProvenance & { readonly schema?: Attack["schema"] },
  others: readonly (AttackLike | Combinator)[] = [],
): string {
  const known = shelf(others);
  const specOf = ({ id, params, of }: AttackProvenance): Spec => ({
    name: attackName(id),
    of: of.map(specOf),
    params: formatParams(lookUp("attack", id, known).schema, params),
  });
  return formatSpec(specOf(attack));
}

/**
 * Makes an attack again from what a result says of it.
 *
 * @param others attacks and combinators of other packages
 * @throws InputError when it is unknown, has another version than the one here, or parameters that it does not take
 */
export function makeAttack(
  { id, version, params, of }: AttackProvenance,
  others: readonly (AttackLike | Combinator)[] = [],
): Attack {
  const maker = lookUp("attack", id, shelf(others));
  if (maker.version !== version) {
    throw new InputError(
      `The result was made by ${id} ${version}; here is ${maker.version}. Install the version that made it.`,
    );
  }
  return maker.make(
    of.map((each) => makeAttack(each, others)),
    params,
  );
}

/** Something that a name stands for. */
interface Entry {
  readonly version: string;
  readonly schema: Attack["schema"];
  make(of: readonly Attack[], params: object): Attack;
}

/** By id and by the name after the owner; a name that two owners use is nobody's. */
function shelf(others: readonly (AttackLike | Combinator)[]): Readonly<Record<string, Entry>> {
  const all = [...ATTACKS, ...others, ...COMBINATORS];
  const byId = all.map((each) => [each.id, isAttack(each) ? attackEntry(each) : combinatorEntry(each)] as const);
  const ids = byId.map(([id]) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) {
    throw new InputError(`Two attacks have the id ${twice}. Give each attack an id of its own: "owner/name".`);
  }
  const names = ids.map(attackName);
  const short = byId.filter(([id]) => names.filter((name) => name === attackName(id)).length === 1);
  return Object.fromEntries([...short.map(([id, entry]) => [attackName(id), entry] as const), ...byId]);
}

/** A combinator has no access until it is given attacks. */
function isAttack(entry: AttackLike | Combinator): entry is AttackLike {
  return "access" in entry;
}

function attackEntry(attack: AttackLike): Entry {
  const { id, version, schema } = attack;
  return {
    version,
    schema,
    make(of, params) {
      if (of.length > 0) throw new InputError(`The attack ${id} is not made of others. Leave out the parentheses.`);
      if (typeof attack === "function") return attack(params as ParamsGiven<ParamSchema>);
      if (Object.keys(params).length === 0) return attack;
      throw new InputError(`The attack ${id} comes with its parameters. Leave them out, or offer its maker.`);
    },
  };
}

function combinatorEntry(combinator: Combinator): Entry {
  const { version, schema } = combinator;
  return { version, schema, make: (of, params) => combinator(...of, params as ParamsGiven<ParamSchema>) };
}

function build({ name, of, params }: Spec, known: Readonly<Record<string, Entry>>): Attack {
  const entry = lookUp("attack", name, known);
  return entry.make(
    of.map((each) => build(each, known)),
    parseParams(name, entry.schema, params),
  );
}

/** What follows the owner in an id: texts may leave the owner out. */
export function attackName(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}

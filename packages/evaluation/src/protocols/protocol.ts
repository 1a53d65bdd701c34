import {
  provenanceOf,
  toAttack,
  type Aim,
  type Attack,
  type AttackLike,
  type AttackProvenance,
  type Norm,
} from "@kwta/attacks";
import {
  formatParams,
  formatSpec,
  InputError,
  lookUp,
  resolveParams,
  type Params,
  type ParamSchema,
  type ParamsGiven,
  type ParamsOf,
} from "@kwta/core";

/** One attack of a protocol. */
export interface ProtocolEntry {
  /** Its name in reports: `"pgd"`. No two entries that are run together share one. */
  readonly id: string;
  readonly attack: Attack;
  /** Attack only in these norms. @defaultValue all */
  readonly norms?: readonly Norm[] | undefined;
  /**
   * Attack only networks that have layers whose backward pass can be chosen, as k-WTA's can, or only those that have none.
   *
   * @defaultValue all networks
   */
  readonly nets?: "choosable" | "plain" | undefined;
  /** Attack only the first so many samples: for expensive attacks. @defaultValue all */
  readonly samples?: number | undefined;
  /** Attack only at these sizes of the perturbation: for expensive attacks. @defaultValue all that are evaluated */
  readonly eps?: readonly number[] | undefined;
  /**
   * Attack every sample that is classified correctly, so that what it does alone is known, or only those that all attacks
   * before it, that count, have left standing: a cascade, which takes less time.
   *
   * @defaultValue "all"
   */
  readonly on?: "all" | "survivors" | undefined;
  /** Whether the worst case counts it. A diagnostic is run for what it says about the others. @defaultValue "verdict" */
  readonly role?: "verdict" | "diagnostic" | undefined;
  /**
   * Where it begins at all but the smallest eps: where it likes to, or, `"best"`, at the best point that the attacks which
   * count found at the next smaller eps. Attacks that look at no `start` do as they always do.
   *
   * @defaultValue where it likes to
   */
  readonly start?: "best" | undefined;
  /**
   * The most rounds: it is run again on what stands, with other random numbers, until a whole round breaks nothing.
   *
   * @defaultValue 1
   */
  readonly rounds?: number | undefined;
  /** What it looks for: any point inside the ball of each eps, or, once, the nearest point. @defaultValue "within-eps" */
  readonly aim?: Aim | undefined;
  /** The most forward and backward passes of a sample. @defaultValue no limit; 2000 where it looks for the nearest point */
  readonly passes?: number | undefined;
}

/** A {@link ProtocolEntry} whose attack may be a maker, which stands for the attack with all defaults. */
export type ProtocolEntryDefinition = Omit<ProtocolEntry, "attack"> & { readonly attack: AttackLike };

/** A named, versioned list of attacks with frozen parameters. */
export interface Protocol {
  /** With its version and the parameters that are not the default: `"quick@1"`, `"quick@1:steps=20"`. */
  readonly id: string;
  readonly entries: readonly ProtocolEntry[];
}

/** A protocol as data, complete enough to run it again. */
export interface ProtocolProvenance {
  readonly id: string;
  readonly entries: readonly (Omit<ProtocolEntry, "attack"> & { readonly attack: AttackProvenance })[];
}

/**
 * Makes a protocol from parameters: `quick({ steps: 20 })`. Wherever a protocol is taken, a maker stands for the protocol
 * with all defaults.
 */
export type ProtocolMaker<S extends ParamSchema = ParamSchema> = { make(params?: ParamsGiven<S>): Protocol }["make"] & {
  readonly id: string;
  /** Counted up when what the defaults mean changes. */
  readonly version: number;
  /** One line for help texts. */
  readonly summary: string;
  readonly schema: S;
};

/** A protocol as its author writes it; see {@link defineProtocol}. */
export interface ProtocolDefinition<S extends ParamSchema> {
  readonly id: string;
  readonly version: number;
  readonly summary: string;
  /** Written `as const`, it gives `entries` its types. */
  readonly params: S;
  entries(params: ParamsOf<S>): readonly ProtocolEntryDefinition[];
}

/** Makes a protocol from its definition. */
export function defineProtocol<const S extends ParamSchema>(definition: ProtocolDefinition<S>): ProtocolMaker<S> {
  const { id, version, summary, params: schema, entries } = definition;
  const make = (given?: ParamsGiven<S>): Protocol => {
    const params = resolveParams(`the protocol ${id}`, schema, given);
    return Object.freeze({
      id: formatSpec({ name: `${id}@${version}`, of: [], params: formatParams(schema, params as Params) }),
      entries: Object.freeze(entries(params).map((entry) => ({ ...entry, attack: toAttack(entry.attack) }))),
    });
  };
  return Object.freeze(Object.assign(make, { id, version, summary, schema }));
}

/** The protocol itself, where a maker may stand for it. */
export function toProtocol(protocol: Protocol | ProtocolMaker): Protocol {
  return typeof protocol === "function" ? protocol() : protocol;
}

/** A protocol with more attacks, which its id names. */
export function withAttacks(protocol: Protocol | ProtocolMaker, added: readonly ProtocolEntry[]): Protocol {
  const { id, entries } = toProtocol(protocol);
  return { id: [id, ...added.map((entry) => entry.id)].join(" + "), entries: [...entries, ...added] };
}

/**
 * A protocol without some of its attacks, which its id names.
 *
 * @param names of the attacks in the protocol
 * @throws InputError for a name that it does not have, and when nothing is left
 */
export function withoutAttacks(protocol: Protocol | ProtocolMaker, names: readonly string[]): Protocol {
  const { id, entries } = toProtocol(protocol);
  const known = Object.fromEntries(entries.map((entry) => [entry.id, entry]));
  for (const name of names) lookUp(`attack of the protocol ${id}`, name, known);
  const left = entries.filter((entry) => !names.includes(entry.id));
  if (left.length > 0) return { id: [id, ...names].join(" - "), entries: left };
  throw new InputError(`Without ${names.join(", ")} the protocol ${id} has no attack left. Leave in at least one.`);
}

/** A protocol as data. */
export function protocolProvenance({ id, entries }: Protocol): ProtocolProvenance {
  return { id, entries: entries.map((entry) => ({ ...entry, attack: provenanceOf(entry.attack) })) };
}

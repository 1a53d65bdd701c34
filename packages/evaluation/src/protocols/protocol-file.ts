import { formatAttack, NORM_NAMES, parseAttack, provenanceOf, type AttackLike } from "@kwta/attacks";
import { checkOptions, InputError, isObject, lookUp, show } from "@kwta/core";
import type { Protocol, ProtocolEntry } from "./protocol.ts";

/** A protocol as a JSON file holds it. */
export interface ProtocolFile {
  readonly schema: "kwta-protocol@1";
  /** Its name: letters, digits and dashes. */
  readonly id: string;
  /** Counted up when what it means changes. */
  readonly version: number;
  readonly entries: readonly ProtocolFileEntry[];
}

/** A {@link ProtocolEntry} whose attack is a text, as {@link parseAttack} reads it. */
export type ProtocolFileEntry = Omit<ProtocolEntry, "attack"> & { readonly attack: string };

const FILE: Readonly<Record<keyof ProtocolFile, true>> = { schema: true, id: true, version: true, entries: true };

/**
 * Reads a protocol from JSON.
 *
 * @param value `{ schema: "kwta-protocol@1", id: "mine", version: 1, entries: [{ id: "pgd", attack: "pgd:steps=100" }] }`; of
 * an entry all that {@link ProtocolEntry} has can be said
 * @param others attacks of other packages that it names
 * @throws InputError that says what cannot be used; for unknown names the nearest is offered
 */
export function readProtocol(value: unknown, others: readonly AttackLike[] = []): Protocol {
  if (!isObject(value)) throw new InputError(`A protocol is an object, and this is ${show(value)}.`);
  const { schema, id, version, entries } = value;
  if (schema !== "kwta-protocol@1") {
    throw new InputError(`The protocol's schema is ${show(schema)}. Write "schema": "kwta-protocol@1".`);
  }
  checkOptions("the protocol", value, FILE);
  if (typeof id !== "string" || !/^[\w-]+$/.test(id)) {
    throw new InputError(`The protocol's id is ${show(id)}. Use letters, digits and dashes.`);
  }
  if (typeof version !== "number" || !isCount(version)) {
    throw new InputError(`The protocol's version is ${show(version)}. Use a whole number from 1.`);
  }
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new InputError(`The protocol's entries are ${show(entries)}. Give a list with at least one attack.`);
  }
  return { id: `${id}@${version}`, entries: entries.map((entry, i) => readEntry(entry, `entry ${i + 1}`, others)) };
}

/**
 * A protocol as JSON, to be changed and read again.
 *
 * @param others attacks of other packages that it is made of
 */
export function writeProtocol({ id, entries }: Protocol, others: readonly AttackLike[] = []): ProtocolFile {
  const [, name, version] = /^([\w-]+)@(\d+)$/.exec(id) ?? [];
  return {
    schema: "kwta-protocol@1",
    // Parameters, and attacks beside it, make it another protocol than the one of this name.
    id: name ?? id.replaceAll(/[^\w-]+/g, "-").replaceAll(/^-|-$/g, ""),
    version: Number(version ?? 1),
    entries: entries.map((entry) => ({ ...entry, attack: formatAttack(provenanceOf(entry.attack), others) })),
  };
}

/** How each part of an entry but its name and attack is checked: what it takes, and whether a value is that. */
const PARTS: Readonly<
  Record<Exclude<keyof ProtocolEntry, "id" | "attack">, readonly [string, (value: unknown) => boolean]>
> = {
  norms: [`a list of ${NORM_NAMES.join(", ")}`, (value) => isListOf(value, (each) => isOneOf(each, NORM_NAMES))],
  nets: ['"choosable" or "plain"', (value) => isOneOf(value, ["choosable", "plain"])],
  samples: ["a whole number of at least 1", isCount],
  eps: ["a list of positive numbers", (value) => isListOf(value, (each) => typeof each === "number" && each > 0)],
  on: ['"all" or "survivors"', (value) => isOneOf(value, ["all", "survivors"])],
  role: ['"verdict" or "diagnostic"', (value) => isOneOf(value, ["verdict", "diagnostic"])],
  start: ['"best"', (value) => value === "best"],
  rounds: ["a whole number of at least 1", isCount],
  aim: ['"within-eps" or "nearest"', (value) => isOneOf(value, ["within-eps", "nearest"])],
  passes: ["a whole number of at least 1", isCount],
};

function readEntry(value: unknown, where: string, others: readonly AttackLike[]): ProtocolEntry {
  if (!isObject(value)) throw new InputError(`The protocol's ${where} is ${show(value)}, and should be an object.`);
  const { id, attack, ...rest } = value;
  if (typeof id !== "string" || id === "") {
    throw new InputError(`The protocol's ${where} has the id ${show(id)}. Give it a name.`);
  }
  if (typeof attack !== "string") {
    throw new InputError(`The attack of ${show(id)} is ${show(attack)}. Write it as text: "pgd:steps=40".`);
  }
  for (const [name, part] of Object.entries(rest)) {
    const [takes, isRight] = lookUp(`part of the protocol's ${where}`, name, PARTS);
    if (!isRight(part)) throw new InputError(`${name} of ${show(id)} is ${show(part)}. It takes ${takes}.`);
  }
  return { id, attack: parseAttack(attack, others), ...(rest as Omit<ProtocolEntry, "id" | "attack">) };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isOneOf(value: unknown, known: readonly string[]): boolean {
  return known.includes(value as string);
}

function isListOf(value: unknown, test: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(test);
}

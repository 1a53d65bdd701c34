import type { AttackLike } from "@kwta/attacks";
import { InputError, isObject, readJson } from "@kwta/core";
import type { Protocol, ProtocolMaker } from "@kwta/evaluation";
import { existsSync } from "node:fs";
import { importFile } from "../import-file.ts";
import { loadPlugin } from "../plugins.ts";

/** What says which attacks are run, as texts. */
export interface ProtocolOptions {
  /** `"quick:steps=20"`, or a file. */
  readonly protocol: string;
  /** Attacks of the protocol that are left out, by their names in it. @defaultValue none */
  readonly without?: readonly string[] | undefined;
  /** Attacks beside it: `"pgd:steps=100"`. Where none is named, and the protocol is no file, all of the plugins. */
  readonly attacks: readonly string[];
  /** Packages or files that bring attacks along. */
  readonly plugins: readonly string[];
}

/**
 * The protocol with the attacks that are added to it, each under the text that it is written by.
 *
 * @throws InputError for what is unknown, and when two attacks have one id
 */
export async function chooseProtocol({ protocol, without = [], attacks, plugins }: ProtocolOptions): Promise<Protocol> {
  const { formatAttack, parseAttack, provenanceOf, toAttack } = await import("@kwta/attacks");
  const { withAttacks, withoutAttacks } = await import("@kwta/evaluation");
  const others: AttackLike[] = [];
  for (const name of plugins) others.push(...(await loadPlugin(name)));
  // A file says itself which of them it runs.
  const all = isFile(protocol) ? [] : others.map(toAttack);
  const added = attacks.length > 0 ? attacks.map((text) => parseAttack(text, others)) : all;
  const entries = added.map((attack) => ({ id: formatAttack(provenanceOf(attack), others), attack }));
  const whole = await findProtocol(protocol, others);
  const base = without.length === 0 ? whole : withoutAttacks(whole, without);
  return entries.length === 0 ? base : withAttacks(base, entries);
}

/**
 * The protocol of a name, with parameters, or of a file: `.json`, or `.js` or `.ts` with one as `protocol` or default export.
 *
 * @param others attacks that a JSON file may name beside those of `@kwta/attacks`
 * @throws InputError for what is unknown or cannot be used
 */
export async function findProtocol(text: string, others: readonly AttackLike[]): Promise<Protocol> {
  const { parseProtocol, readProtocol } = await import("@kwta/evaluation");
  if (!isFile(text)) return parseProtocol(text);
  if (text.endsWith(".json")) return readProtocol(await readJson(text), others);
  return importProtocol(text);
}

function isFile(protocol: string): boolean {
  return /\.(json|m?[jt]s)$/.test(protocol);
}

async function importProtocol(file: string): Promise<Protocol> {
  const { checkAttack } = await import("@kwta/attacks");
  const { toProtocol } = await import("@kwta/evaluation");
  if (!existsSync(file))
    throw new InputError(`There is no file ${file}. Name a .json, .js or .ts file with a protocol.`);
  const module = (await importFile(file, "protocol")) as { readonly protocol?: unknown; readonly default?: unknown };
  const found = module.protocol ?? module.default;
  const made: unknown = typeof found === "function" ? toProtocol(found as ProtocolMaker) : found;
  if (!isObject(made) || typeof made["id"] !== "string" || !Array.isArray(made["entries"])) {
    throw new InputError(
      `${file} exports no protocol. It should export "protocol", made by defineProtocol(...) of @kwta/evaluation.`,
    );
  }
  for (const entry of made["entries"] as readonly { readonly attack?: unknown }[]) check(entry?.attack, checkAttack);
  return made as unknown as Protocol;
}

// The parameter's type is written out, because assertion functions are only recognised that way.
function check(attack: unknown, isAttack: (value: unknown) => asserts value is AttackLike): void {
  isAttack(attack);
}

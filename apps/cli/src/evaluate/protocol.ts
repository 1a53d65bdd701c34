import type { AttackLike } from "@kwta/attacks";
import type { Protocol } from "@kwta/evaluation";
import { loadPlugin } from "../plugins.ts";

/** What says which attacks are run, as texts. */
export interface ProtocolOptions {
  /** `"quick:steps=20"` */
  readonly protocol: string;
  /** Attacks of it that are left out, by their names there. */
  readonly without: readonly string[];
  /** Attacks beside it: `"pgd:steps=100"`. Where none is named, all of the plugins. */
  readonly attacks: readonly string[];
  /** Packages or files that bring attacks along. */
  readonly plugins: readonly string[];
}

/**
 * The protocol with the attacks that are added to it, each under the text that it is written by.
 *
 * @throws InputError for what is unknown, and when two attacks have one id
 */
export async function chooseProtocol({ protocol, without, attacks, plugins }: ProtocolOptions): Promise<Protocol> {
  const { formatAttack, parseAttack, provenanceOf, toAttack } = await import("@kwta/attacks");
  const { parseProtocol, withAttacks, withoutAttacks } = await import("@kwta/evaluation");
  const others: AttackLike[] = [];
  for (const name of plugins) others.push(...(await loadPlugin(name)));
  const added = attacks.length > 0 ? attacks.map((text) => parseAttack(text, others)) : others.map(toAttack);
  const entries = added.map((attack) => ({ id: formatAttack(provenanceOf(attack), others), attack }));
  const base = withoutAttacks(parseProtocol(protocol), without);
  return entries.length === 0 ? base : withAttacks(base, entries);
}

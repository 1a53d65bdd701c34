import { gateSurrogate, pgd, type AttackPlugin, type RunAttackOptions } from "@kwta/attacks";
import type { NetName } from "./playground.ts";

/** The attacks of the page. */
export type AttackName = "pgd" | "gate";

/** What the page compares: the gate is PGD itself on a net without k-WTA. */
export const DUELS = [
  { id: "relu-pgd", net: "relu", attack: "pgd" },
  { id: "kwta-pgd", net: "kwta", attack: "pgd" },
  { id: "kwta-gate", net: "kwta", attack: "gate" },
] as const satisfies readonly { readonly id: string; readonly net: NetName; readonly attack: AttackName }[];

/** @see {@link DUELS} */
export type DuelName = (typeof DUELS)[number]["id"];

/** The height and width of the nets' images. */
export const SIDE = 28;

/** The embedded test images to choose from, one of each class. */
export const ATTACK_IMAGES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** One gradient step after another, three starts: the same number of gradients for both attacks. */
const LOOP = { steps: 20, restarts: 3, loss: "margin" } as const;

/** How an attack of the page is run. */
export function attackOf(name: AttackName): AttackPlugin {
  return name === "pgd" ? pgd : gateSurrogate;
}

/** @see {@link attackOf} */
export function optionsOf(
  name: AttackName,
  { eps, seed, ids, signal }: { eps: number; seed: number; ids: Int32Array; signal?: AbortSignal | undefined },
): RunAttackOptions {
  const params = name === "pgd" ? LOOP : { ...LOOP, temperatures: [0.1, 0.2, 0.3] };
  return { threat: { norm: "linf", eps }, params, seed, ids, signal };
}

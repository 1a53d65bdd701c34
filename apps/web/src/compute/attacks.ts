import { adaptive, pgd, type Attack } from "@kwta/attacks";
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

/** Widths of the gate, a start with each; PGD gets as many starts, and so the same number of gradients. */
const TEMPERATURES = [0.1, 0.2, 0.3] as const;

/** An attack of the page. */
export function attackOf(name: AttackName): Attack {
  return makeAttack(name, 20, TEMPERATURES);
}

/** The least that an attack can do: at eps 0 nothing moves, and one step asks as much as all. */
export function shortAttackOf(name: AttackName): Attack {
  return makeAttack(name, 1, TEMPERATURES.slice(0, 1));
}

function makeAttack(name: AttackName, steps: number, temperatures: readonly number[]): Attack {
  return name === "pgd"
    ? pgd({ steps, restarts: temperatures.length })
    : adaptive(pgd({ steps }), { backward: temperatures.map((t) => `gate:${t}`) });
}

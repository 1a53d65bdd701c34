import type { NetName } from "./playground.ts";

/** An attack of one net by one attack. */
export interface Duel {
  readonly net: NetName;
  /** As it is written for `kwta evaluate --attack`; `transfer` stands for the other net's points. */
  readonly attack: string;
}

/** What the page compares. Each follows as many gradients as the others: three starts of 20 steps. */
export const DUELS = [
  { id: "relu-pgd", net: "relu", attack: "pgd:steps=20,restarts=3" },
  { id: "kwta-pgd", net: "kwta", attack: "pgd:steps=20,restarts=3" },
  { id: "kwta-gate", net: "kwta", attack: "adaptive(pgd:steps=20)" },
  { id: "kwta-transfer", net: "kwta", attack: "transfer-other(pgd:steps=20,restarts=3)" },
  { id: "kwta-square", net: "kwta", attack: "square:queries=500" },
] as const satisfies readonly (Duel & { readonly id: string })[];

/** @see {@link DUELS} */
export type DuelName = (typeof DUELS)[number]["id"];

/** The embedded test images to choose from, one of each class. */
export const ATTACK_IMAGES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

import { DUELS, type DuelName } from "../compute/duels.ts";

/** The duels of the page, and the attack that the reader chose on the k-WTA net. */
export const CARD_NAMES = [...DUELS.map(({ id }) => id), "own"] as const;

/** @see {@link CARD_NAMES} */
export type CardName = (typeof CARD_NAMES)[number];

/** How each duel is called. */
export const DUEL_NAMES: Readonly<Record<DuelName, { readonly net: string; readonly attack: string }>> = {
  "relu-pgd": { net: "ReLU net", attack: "PGD" },
  "kwta-pgd": { net: "k-WTA net", attack: "PGD" },
  "kwta-gate": { net: "k-WTA net", attack: "adaptive PGD" },
  "kwta-transfer": { net: "k-WTA net", attack: "transfer from the other" },
  "kwta-square": { net: "k-WTA net", attack: "Square: scores alone" },
};

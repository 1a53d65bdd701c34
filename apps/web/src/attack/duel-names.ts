import type { DuelName } from "../compute/duels.ts";

/** How each duel is called; `own` is the attack that the reader chose, on the k-WTA net. */
export const DUEL_NAMES: Readonly<Record<DuelName, { readonly net: string; readonly attack: string }>> = {
  "relu-pgd": { net: "ReLU net", attack: "PGD" },
  "kwta-pgd": { net: "k-WTA net", attack: "PGD" },
  "kwta-gate": { net: "k-WTA net", attack: "adaptive PGD" },
  "kwta-transfer": { net: "k-WTA net", attack: "transfer from the other" },
  "kwta-square": { net: "k-WTA net", attack: "Square: scores alone" },
};

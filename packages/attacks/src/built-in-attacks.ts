import type { AttackPlugin } from "./attack.ts";
import { gateSurrogate } from "./gate-surrogate.ts";
import { gradientEstimate } from "./gradient-estimate.ts";
import { pgd } from "./pgd.ts";

/** The attacks of this package by id. A program adds those of others to a list of its own. */
export const builtInAttacks: Readonly<Record<string, AttackPlugin>> = Object.fromEntries(
  [pgd, gateSurrogate, gradientEstimate].map((attack) => [attack.id, attack]),
);

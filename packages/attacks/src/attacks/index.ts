import type { AttackMaker } from "../contract/attack.ts";
import { gradientEstimate } from "./gradient-estimate.ts";
import { pgd } from "./pgd.ts";

/** The attacks of this package. Contract tests, the command line and the docs come from this list. */
export const ATTACKS: readonly AttackMaker[] = [pgd, gradientEstimate];

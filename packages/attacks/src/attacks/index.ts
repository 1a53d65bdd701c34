import type { AttackMaker } from "../contract/attack.ts";
import { apgd } from "./apgd.ts";
import { apgdT } from "./apgd-t.ts";
import { gradientEstimate } from "./gradient-estimate.ts";
import { malt } from "./malt.ts";
import { pgd } from "./pgd.ts";
import { square } from "./square.ts";

/** The attacks of this package. Contract tests, the command line and the docs come from this list. */
export const ATTACKS: readonly AttackMaker[] = [pgd, apgd, apgdT, malt, square, gradientEstimate];

import type { AttackMaker } from "../contract/attack.ts";
import { apgd } from "./apgd.ts";
import { apgdT } from "./apgd-t.ts";
import { cwL2 } from "./cw-l2.ts";
import { cwLinf } from "./cw-linf.ts";
import { ddn } from "./ddn.ts";
import { deepfool } from "./deepfool.ts";
import { ead } from "./ead.ts";
import { fabT } from "./fab-t.ts";
import { fab } from "./fab.ts";
import { fmn } from "./fmn.ts";
import { gradientEstimate } from "./gradient-estimate.ts";
import { jsma } from "./jsma.ts";
import { malt } from "./malt.ts";
import { pdgd } from "./pdgd.ts";
import { pdpgd } from "./pdpgd.ts";
import { pgd } from "./pgd.ts";
import { sigmaZero } from "./sigma-zero.ts";
import { square } from "./square.ts";
import { superDeepfool } from "./superdeepfool.ts";

/** The attacks of this package. Contract tests, the command line and the docs come from this list. */
export const ATTACKS: readonly AttackMaker[] = [
  pgd,
  apgd,
  apgdT,
  malt,
  square,
  gradientEstimate,
  ddn,
  fmn,
  sigmaZero,
  pdpgd,
  pdgd,
  cwL2,
  cwLinf,
  deepfool,
  superDeepfool,
  fab,
  fabT,
  ead,
  jsma,
];

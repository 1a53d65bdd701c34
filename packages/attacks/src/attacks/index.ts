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
import { fgsm } from "./fgsm.ts";
import { bim } from "./bim.ts";
import { mim } from "./mim.ts";
import { pma } from "./pma.ts";
import { pmaPlus } from "./pma-plus.ts";
import { di } from "./di.ts";
import { ni } from "./ni.ts";
import { si } from "./si.ts";
import { vmi } from "./vmi.ts";
import { boundary } from "./boundary.ts";
import { geoda } from "./geoda.ts";
import { hopSkipJump } from "./hop-skip-jump.ts";
import { nes } from "./nes.ts";
import { onePixel } from "./one-pixel.ts";
import { simba } from "./simba.ts";
import { spsa } from "./spsa.ts";
import { zoo } from "./zoo.ts";
import { blur } from "./blur.ts";
import { contrast } from "./contrast.ts";
import { gaussianNoise } from "./gaussian-noise.ts";
import { spatial } from "./spatial.ts";
import { uniformNoise } from "./uniform-noise.ts";
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
  fgsm,
  bim,
  mim,
  pma,
  pmaPlus,
  di,
  ni,
  si,
  vmi,
  spsa,
  nes,
  zoo,
  onePixel,
  simba,
  boundary,
  hopSkipJump,
  geoda,
  uniformNoise,
  gaussianNoise,
  blur,
  contrast,
  spatial,
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

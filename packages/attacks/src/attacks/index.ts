import type { AttackMaker } from "../contract/attack.ts";
import { apgd } from "./apgd.ts";
import { apgdT } from "./apgd-t.ts";
import { gradientEstimate } from "./gradient-estimate.ts";
import { malt } from "./malt.ts";
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
import { square } from "./square.ts";

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
];

import type { Combinator } from "../contract/combinator.ts";
import { adaptive } from "./adaptive.ts";
import { atEps } from "./at-eps.ts";
import { cascade } from "./cascade.ts";
import { eot } from "./eot.ts";
import { estimatedGradient } from "./estimated-gradient.ts";
import { inputDiversity } from "./input-diversity.ts";
import { minimumNorm } from "./minimum-norm.ts";
import { multiTarget } from "./multi-target.ts";
import { quantized } from "./quantized.ts";
import { restarts } from "./restarts.ts";
import { scaledCopies } from "./scaled-copies.ts";
import { withLoss } from "./with-loss.ts";

/** The combinators of this package, each made into an attack by giving it attacks. */
export const COMBINATORS: readonly Combinator[] = [
  adaptive,
  atEps,
  cascade,
  eot,
  estimatedGradient,
  inputDiversity,
  minimumNorm,
  multiTarget,
  quantized,
  restarts,
  scaledCopies,
  withLoss,
];

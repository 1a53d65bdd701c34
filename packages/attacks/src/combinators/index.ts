import type { Combinator } from "../contract/combinator.ts";
import { adaptive } from "./adaptive.ts";
import { cascade } from "./cascade.ts";
import { eot } from "./eot.ts";
import { inputDiversity } from "./input-diversity.ts";
import { minimumNorm } from "./minimum-norm.ts";
import { multiTarget } from "./multi-target.ts";
import { restarts } from "./restarts.ts";
import { scaledCopies } from "./scaled-copies.ts";

/** The combinators of this package, each made into an attack by giving it attacks. */
export const COMBINATORS: readonly Combinator[] = [
  adaptive,
  cascade,
  eot,
  inputDiversity,
  minimumNorm,
  multiTarget,
  restarts,
  scaledCopies,
];

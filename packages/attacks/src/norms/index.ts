import { l0 } from "./l0.ts";
import { l1 } from "./l1.ts";
import { l2 } from "./l2.ts";
import { linf } from "./linf.ts";
import type { Geometry } from "./norm.ts";

/** Every norm, by the name that threat models give it. */
export const NORMS: { readonly linf: Geometry; readonly l2: Geometry; readonly l1: Geometry; readonly l0: Geometry } = {
  linf,
  l2,
  l1,
  l0,
};

/** How the size of a perturbation is measured. */
export type Norm = keyof typeof NORMS;

/** For `choices` of a parameter. */
export const NORM_NAMES: readonly Norm[] = Object.keys(NORMS) as Norm[];

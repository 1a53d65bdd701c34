import { linf } from "./linf.ts";
import type { Geometry } from "./norm.ts";

/** Every norm, by the name that threat models give it. */
export const NORMS: { readonly linf: Geometry } = { linf };

/** How the size of a perturbation is measured. */
export type Norm = keyof typeof NORMS;

/** For `choices` of a parameter. */
export const NORM_NAMES: readonly Norm[] = Object.keys(NORMS) as Norm[];

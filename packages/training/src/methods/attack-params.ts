import { NORM_NAMES, type Norm } from "@kwta/attacks";

/** Parameters of methods whose steps see attacked images: see `craft`. */
export const ATTACK_PARAMS = {
  norm: {
    type: "choice",
    choices: NORM_NAMES as readonly Norm[],
    default: "linf",
    description: "Of the perturbation.",
  },
  eps: {
    type: "length",
    default: 0.031,
    relative: false,
    zero: true,
    description: "Size of the perturbation, images in [0, 1].",
  },
  steps: { type: "integer", default: 10, min: 1, description: "Gradient steps of the attack." },
  stepSize: { type: "length", default: "7/31 eps", description: "Length of each." },
  backward: {
    type: "string",
    default: "exact",
    description: "What stands for the derivative of k-WTA layers in the attack: exact, gate:0.2.",
  },
} as const;

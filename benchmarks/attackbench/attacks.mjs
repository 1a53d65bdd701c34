// @ts-check
/** @import { Norm } from "@kwta/attacks" */

/** @type {readonly Norm[]} */
export const NORMS = ["linf", "l2", "l1", "l0"];

/**
 * The norms in which each library runs an attack. `apgd` and `pgd` look for a point in a ball of a given size; they are run
 * with one size after the other.
 *
 * @type {Readonly<Record<string, Readonly<Partial<Record<"kwta" | "adv_lib", readonly Norm[]>>>>>}
 */
export const ATTACKS = {
  apgd: { kwta: ["linf", "l2", "l1"], adv_lib: ["linf", "l2", "l1"] },
  pgd: { kwta: ["linf", "l2", "l1"] },
  fmn: { kwta: NORMS, adv_lib: NORMS },
  ddn: { kwta: ["l2"], adv_lib: ["l2"] },
  pdpgd: { kwta: NORMS, adv_lib: NORMS },
  pdgd: { kwta: ["l2"], adv_lib: ["l2"] },
  "sigma-zero": { kwta: ["l0"], adv_lib: ["l0"] },
  cw: { kwta: ["linf", "l2"], adv_lib: ["linf", "l2"] },
  deepfool: { kwta: ["linf", "l2"], adv_lib: ["linf", "l2"] },
  superdeepfool: { kwta: ["l2"], adv_lib: ["l2"] },
  fab: { kwta: ["linf", "l2", "l1"], adv_lib: ["linf", "l2", "l1"] },
  ead: { kwta: ["l1"] },
  alma: { adv_lib: ["l2", "l1"] },
  tr: { adv_lib: ["linf", "l2"] },
};

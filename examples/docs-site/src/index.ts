import { pgd, restarts, type Attack } from "@kwta/attacks";

/** PGD from ten starts, in the eyes of this project the least that a claim should withstand. See {@link pgd}. */
export function thorough(): Attack {
  return restarts(pgd({ steps: 100 }), { count: 10 });
}

import { adaptive, apgd, ddn, fmn, minimumNorm, pdpgd, sigmaZero } from "@kwta/attacks";
import { defineProtocol, type ProtocolMaker } from "./protocol.ts";

/** By bisection, with as many steps as fit into 20 sizes. */
const bisected = minimumNorm(apgd({ steps: 48 }));
const bisectedThroughGate = minimumNorm(adaptive(apgd({ steps: 48, loss: "margin" }), { backward: ["gate:0.2"] }));

/**
 * The smallest adversarial perturbation of each sample, d*, seen on any query of any attack, under AttackBench's budget of
 * 2,000 forward and backward passes of each attack: the attacks that it found best in each norm, and, for networks with
 * choosable layers, one of them through the gate.
 *
 * @see Cinà et al.: "AttackBench" (AAAI 2025), arXiv 2404.19460
 */
export const minimumNormProtocol: ProtocolMaker<Readonly<Record<never, never>>> = defineProtocol({
  id: "minimum-norm",
  version: 1,
  summary:
    "The nearest adversarial point under AttackBench's budget: DDN, FMN, PDPGD, sigma-zero, APGD by bisection, as the norm is. 2,000 passes of each attack.",
  params: {},
  entries: () => [
    { id: "apgd", attack: bisected, aim: "nearest", norms: ["linf", "l2", "l1"] },
    { id: "fmn", attack: fmn({ steps: 1000 }), aim: "nearest" },
    { id: "ddn", attack: ddn({ steps: 1000 }), aim: "nearest", norms: ["l2"] },
    { id: "pdpgd", attack: pdpgd({ steps: 1000 }), aim: "nearest", norms: ["linf", "l1"] },
    { id: "sigma-zero", attack: sigmaZero, aim: "nearest", norms: ["l0"] },
    { id: "gate", attack: bisectedThroughGate, aim: "nearest", norms: ["linf", "l2", "l1"], nets: "choosable" },
    {
      id: "gate",
      attack: adaptive(sigmaZero, { backward: ["gate:0.2"] }),
      aim: "nearest",
      norms: ["l0"],
      nets: "choosable",
    },
  ],
});

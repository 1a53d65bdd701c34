import { cwLinf, deepfool, mim, pgd, transferFrom, type Classifier } from "@kwta/attacks";
import { defineProtocol, type ProtocolEntry, type ProtocolMaker } from "./protocol.ts";

/**
 * The attacks of the k-WTA paper with its constants, each on all samples, for Linf: PGD with 40 steps of 0.003, C&W with 10
 * iterations of 0.01, DeepFool with 20 steps, MIM with 10 steps of 0.007. Lengths are shares of the paper's eps of 0.031, so
 * that they hold for other sizes. The paper's C&W minimises L2 and was scored in Linf; here it is C&W's own Linf attack.
 *
 * It says what the paper says, not how robust a network is: these attacks follow k-WTA's own gradient.
 *
 * @see Xiao, Zhong, Zheng: "Enhancing Adversarial Defense by k-Winners-Take-All" (ICLR 2020), and the authors' code
 */
export const paper: ProtocolMaker<Readonly<Record<never, never>>> = defineProtocol({
  id: "paper",
  version: 1,
  summary:
    "What the k-WTA paper ran: PGD-40, C&W, DeepFool, MIM; linf. A few hundred gradients of a sample. Not a worst case.",
  params: {},
  entries: () => [
    { id: "pgd", attack: pgd({ stepSize: "3/31 eps", loss: "cross-entropy" }), norms: ["linf"] },
    { id: "cw", attack: cwLinf({ iterations: 10, constant: 0.01 }), norms: ["linf"] },
    { id: "deepfool", attack: deepfool({ steps: 20 }), norms: ["linf"] },
    { id: "mim", attack: mim({ stepSize: "7/31 eps" }), norms: ["linf"] },
  ],
});

/**
 * The paper's transfer attack, where there is a surrogate: PGD with 20 steps of 0.007 on that model, its points tried once
 * on the victim.
 *
 * @param name of the surrogate, in reports: `"transfer-resnet18"`
 *
 * @example
 * ```ts
 * const protocol = withAttacks(paper, [paperTransfer(resnet, "resnet18")]);
 * ```
 */
export function paperTransfer(surrogate: Classifier, name: string): ProtocolEntry {
  const attack = pgd({ steps: 20, stepSize: "7/31 eps", loss: "cross-entropy" });
  return { id: `transfer-${name}`, attack: transferFrom(surrogate, name)(attack), norms: ["linf"] };
}

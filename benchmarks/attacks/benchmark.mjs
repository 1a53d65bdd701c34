// @ts-check
import { NETS, referenceFolders } from "../workers/reference.mjs";
/** @import { Comparison, Contestant } from "../driver/types.ts" */

/** Steps, or queries, of each attack; sizes of the perturbation are 8/255, and 0.5 in L2. */
const ATTACKS = { pgd: 40, apgd: 100, square: 1000, fmn: 100 };
/** @type {Readonly<Record<string, readonly string[]>>} */
const LIBRARIES = {
  torchattacks: ["pgd", "apgd", "square"],
  "adv-lib": ["pgd", "apgd", "fmn"],
  autoattack: ["apgd", "square"],
};

/**
 * Whole attacks on images of CIFAR-10, with the libraries of PyTorch beside them.
 *
 * @type {Comparison}
 */
export const attacks = {
  name: "attacks",
  summary: "PGD-40, APGD-100, Square-1000 and FMN-100 on CIFAR-10, in seconds, beside PyTorch's libraries.",
  longestRun: 900,
  contestants: [
    { name: "kwta-wasm-2t", runner: "kwta-wasm-2t" },
    { name: "kwta-tensorflow-2t", runner: "kwta-tensorflow-2t" },
    ...Object.entries(LIBRARIES).map(([library, known]) => peer(library, known)),
  ],
  cases(quick, images = quick ? 8 : 200) {
    const folders = referenceFolders();
    return NETS.flatMap((net) =>
      Object.entries(ATTACKS).map(([attack, most]) => {
        const steps = quick ? Math.ceil(most / 20) : most;
        return {
          name: `${attack}-${steps} on ${net}, ${images} images`,
          unit: "s",
          value: (/** @type {number} */ seconds) => seconds,
          effort: steps,
          found: "left",
          work: { net, attack, steps, images, ...folders },
        };
      }),
    );
  },
};

/** @param {string} library @param {readonly string[]} known @returns {Contestant} */
function peer(library, known) {
  return {
    name: `${library}-2t`,
    runner: "pytorch-2t",
    settings: { library },
    takesPart: ({ attack }) => known.includes(/** @type {string} */ (attack)),
  };
}

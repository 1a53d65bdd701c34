// @ts-check
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@kwta/core";
/** @import { Comparison, Contestant } from "../driver/types.ts" */

const NETS = ["r18w16-adv-relu", "r18w16-kwta0.1"];
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
  contestants: [
    { name: "kwta-wasm-2t", runner: "kwta-wasm-2t" },
    { name: "kwta-tensorflow-2t", runner: "kwta-tensorflow-2t" },
    ...Object.entries(LIBRARIES).map(([library, known]) => peer(library, known)),
  ],
  cases(quick) {
    const [data, references] = ["KWTA_DATA_DIR", "KWTA_REFERENCE_DIR"].map((name) => process.env[name] ?? "");
    if (
      !existsSync(join(String(data), "cifar-10-batches-bin")) ||
      !existsSync(join(String(references), `${NETS[0]}.safetensors`))
    ) {
      throw new InputError(
        "Set KWTA_DATA_DIR to the folder that holds cifar-10-batches-bin, and KWTA_REFERENCE_DIR to the one with " +
          `the weights ${NETS.join(".safetensors and ")}.safetensors.`,
      );
    }
    const images = quick ? 8 : 200;
    return NETS.flatMap((net) =>
      Object.entries(ATTACKS).map(([attack, most]) => {
        const steps = quick ? Math.ceil(most / 20) : most;
        return {
          name: `${attack}-${steps} on ${net}, ${images} images`,
          unit: "s",
          value: (/** @type {number} */ seconds) => seconds,
          effort: steps,
          found: "left",
          work: { net, attack, steps, images, data, references },
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

// @ts-check
import { NETS, referenceFolders } from "../workers/reference.mjs";
/** @import { Comparison } from "../driver/types.ts" */

const KWTA = "r18w16-kwta0.1";
const ROBUST = "r18w16-adv-relu";

/**
 * Whole evaluations at 8/255, with AutoAttack's versions of the same name beside them, and `adaptive` on the net that
 * hides its gradient.
 *
 * @type {Comparison}
 */
export const evaluation = {
  name: "evaluation",
  summary: "Protocols standard, plus, rand and adaptive on CIFAR-10, in seconds, beside AutoAttack.",
  once: true,
  contestants: [
    ...["wasm", "tensorflow"].flatMap((backend) => [
      { name: `kwta-${backend}-2t`, runner: `kwta-${backend}-2t` },
      // What `--workers auto` chooses where processes are faster than threads.
      { name: `kwta-${backend}-2p`, runner: `kwta-${backend}-1t`, settings: { backend, processes: 2 } },
    ]),
    { name: "autoattack-2t", runner: "pytorch-2t", takesPart: ({ protocol }) => protocol !== "adaptive" },
  ],
  cases(quick, images = quick ? 4 : 100) {
    const folders = referenceFolders();
    const works = [
      ...NETS.map((net) => ({ net, protocol: "standard", effort: 1 })),
      { net: KWTA, protocol: "adaptive", effort: 2 },
      ...["plus", "rand"].flatMap((protocol) => [ROBUST, KWTA].map((net) => ({ net, protocol, effort: 3 }))),
    ];
    return works.map(({ net, protocol, effort }) => ({
      name: `${protocol} on ${net}, ${images} images`,
      unit: "s",
      value: (/** @type {number} */ seconds) => seconds,
      effort,
      found: "left",
      bySample: true,
      work: { net, protocol, images, ...folders },
    }));
  },
};

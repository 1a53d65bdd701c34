// @ts-check
import { adaptiveProtocol, evaluate, standard } from "@kwta/evaluation";
import * as tf from "@tensorflow/tfjs-core";
import { openReference } from "../workers/reference.mjs";
/** @import { Reference } from "../workers/reference.mjs" */
/** @import { Prepared } from "../workers/tfjs.mjs" */

const PROTOCOLS = { standard, adaptive: adaptiveProtocol };

/**
 * The result is how many images stand.
 *
 * @param {Reference & { protocol: keyof typeof PROTOCOLS }} work
 * @returns {Promise<Prepared>}
 */
export async function prepare({ protocol, ...reference }) {
  const { classifier, samples, dispose } = await openReference(reference);
  return {
    async run() {
      // Without questions that only diagnostics ask.
      const { robust } = await evaluate(classifier, samples, {
        protocol: PROTOCOLS[protocol],
        threat: { norm: "linf", eps: "8/255" },
        probes: 0,
      });
      return tf.scalar(reference.images - (robust[0]?.broken.length ?? 0));
    },
    dispose,
  };
}

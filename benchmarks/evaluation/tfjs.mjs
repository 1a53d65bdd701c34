// @ts-check
import { adaptiveProtocol, evaluate, plus, rand, standard } from "@kwta/evaluation";
import { foldedClassifier } from "@kwta/runs";
import * as tf from "@tensorflow/tfjs-core";
import { openProcesses } from "./processes.mjs";
import { openReference } from "../workers/reference.mjs";
/** @import { Reference } from "../workers/reference.mjs" */
/** @import { Prepared } from "../workers/tfjs.mjs" */

const PROTOCOLS = { standard, plus, rand, adaptive: adaptiveProtocol };

/**
 * As `kwta evaluate` does it, with batch norm folded. The result is 1 for each image that stands.
 *
 * @param {Reference & { protocol: keyof typeof PROTOCOLS, backend?: string, processes?: number }} work
 * @returns {Promise<Prepared>}
 */
export async function prepare({ protocol, backend = "", processes = 1, ...reference }) {
  const { classifier, samples, dispose } = await openReference(reference, foldedClassifier);
  const work = processes === 1 ? undefined : await openProcesses(processes, backend, reference);
  return {
    async run() {
      // Without questions that only diagnostics ask.
      const { robust } = await evaluate(classifier, samples, {
        protocol: PROTOCOLS[protocol],
        threat: { norm: "linf", eps: "8/255" },
        probes: 0,
        ...(work && { runner: work.runner }),
      });
      const broken = new Set(robust[0]?.broken);
      return tf.tensor1d(Array.from({ length: reference.images }, (_, image) => Number(!broken.has(image))));
    },
    dispose() {
      void work?.end();
      dispose();
    },
  };
}

// @ts-check
// A program: one of several processes that share an evaluation, as those of `kwta evaluate --workers`.
import { fromSentUnit, runUnit } from "@kwta/evaluation";
import { foldedClassifier } from "@kwta/runs";
import { parentPort, serveCalls } from "@kwta/workers";
import { openReference } from "../workers/reference.mjs";
import { startTfjs } from "../workers/start-tfjs.mjs";
/** @import { Classifier } from "@kwta/attacks" */
/** @import { ProcessCalls } from "./processes.mjs" */

/** @type {Classifier} */
let classifier;

/** @type {import("@kwta/workers").Handlers<ProcessCalls>} */
const handlers = {
  async open({ backend, reference }) {
    await startTfjs({ start: "kwta", backend, threads: 1 });
    const opened = await openReference(reference, foldedClassifier);
    opened.samples.x.dispose();
    ({ classifier } = opened);
  },
  unit: (unit, signal) => runUnit(classifier, fromSentUnit(unit), { signal }),
};

serveCalls(parentPort(), handlers);

// @ts-nocheck: the deep imports have no types
// The one file that is bundled, so everything in it shares one copy of tfjs-core, see bundle.mjs.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cpu, startBackend } from "@kwta/backend";
import { tensorflow } from "@kwta/backend-tensorflow";
import { wasm } from "@kwta/backend-wasm";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import Jasmine from "jasmine";
import { checkOperation, OPERATIONS } from "./operations/index.ts";

/**
 * Starts a backend and runs TensorFlow.js's tests on it.
 *
 * @param {import("./types.ts").SuiteOptions} options
 * @returns {Promise<import("./types.ts").SuiteResult>}
 */
export async function runSuite({ choice, asShipped, selects }) {
  const report = asShipped ? await startAsShipped() : await startBackend([tensorflow(), wasm(), cpu()], choice);
  const name = keepBackend();
  const jasmine = new Jasmine();
  jasmine.exitOnCompletion = false;
  jasmine.loadConfig({ random: false, spec_files: [] });
  jasmine.clearReporters();
  /** @type {import("./types.ts").Spec[]} */
  const specs = [];
  jasmine.addReporter({
    specDone: ({ fullName, status, failedExpectations }) =>
      specs.push({ name: fullName, status, messages: failedExpectations.map(({ message }) => message) }),
  });
  setTestEnvs([{ name, backendName: name, isDataSync: true }]);
  // After jasmine, whose functions it calls.
  await import("@tensorflow/tfjs-core/dist/tests");
  jasmine.env.configure({ specFilter: (spec) => selects(spec.getFullName()) });
  await jasmine.execute();
  const kernels = tf.getKernelsForBackend(name).map(({ kernelName }) => kernelName);
  return { backend: report, kernels, specs };
}

/**
 * Holds what layers compute with against loops in double precision, on the backend that {@link runSuite} started.
 *
 * @param {import("./types.ts").OperationOptions} options
 * @returns {Promise<import("./operations/index.ts").Finding[]>}
 */
export async function runOperations({ cases, seed, only }) {
  // The last group of tests has left none.
  await tf.setBackend(kept);
  const findings = [];
  for (const operation of OPERATIONS.filter(({ name }) => name.includes(only))) {
    findings.push(await checkOperation(operation, cases, seed));
  }
  return findings;
}

/** TensorFlow.js's wasm backend without anything of ours. */
async function startAsShipped() {
  const folder = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"));
  setWasmPaths(join(folder, "dist/"));
  await tf.setBackend("wasm");
  return { name: "wasm, as TensorFlow.js ships it", version: tf.version_core, threads: 1 };
}

/** The backend that {@link keepBackend} keeps. */
let kept = "";

/** Each group of tests disposes of the backend and asks for a new one; it gets the same one again, with its threads. */
function keepBackend() {
  const name = tf.getBackend();
  const backend = tf.backend();
  backend.dispose = () => {};
  tf.removeBackend(name);
  tf.registerBackend(name, () => backend);
  kept = name;
  return name;
}

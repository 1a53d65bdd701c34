// @ts-check
import { cpu, startBackend } from "@kwta/backend";
import { webgpu } from "@kwta/backend-webgpu";
import { kwtaKernels } from "@kwta/op/kernels";
import * as tf from "@tensorflow/tfjs-core";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { prepareResNet18 } from "../backends/tfjs-network.mjs";
/** @import { Prepared } from "../workers/tfjs.mjs" */

/** @typedef {"forward" | "input-gradient" | "training-step"} Pass */
/** @typedef {{ batch: number, width: number, activation: string, pass: Pass }} Work */

const PASSES = /** @type {const} */ (["forward", "input-gradient", "training-step"]);
const ACTIVATIONS = ["relu", "kwta:0.1"];

/** Of sums of some thousand terms in another order; a k-WTA net has other winners where two values are nearly equal. */
const MOST_OFF = /** @type {Readonly<Record<string, number>>} */ ({ relu: 1e-4, "kwta:0.1": 0.03 });

const backends = [webgpu(), cpu()];
const finish = backends[0]?.finish ?? (async () => {});

const { values } = parseArgs({
  options: {
    width: { type: "string", default: "64" },
    batch: { type: "string", default: "128" },
    seconds: { type: "string", default: "8" },
    out: { type: "string", default: "webgpu.json" },
  },
});
const [width = 64, batch = 128, seconds = 8] = [values.width, values.batch, values.seconds].map(Number);

const report = await start("webgpu");
console.log(`${report.device}, TensorFlow.js ${report.version}; ${report.selfCheck.compared} self-checks passed.`);
const differences = await compare();
for (const [what, off] of Object.entries(differences))
  console.log(`${what}: off the cpu backend by ${off.toExponential(1)}`);
const rows = [];
for (const activation of ACTIVATIONS) {
  for (const pass of PASSES) {
    const speed = await speedOf({ batch, width, activation, pass }, seconds);
    console.log(`ResNet18-w${width} ${activation} ${pass}: ${speed.toFixed(0)} images/s`);
    rows.push({ activation, pass, imagesPerSecond: speed });
  }
}
writeFileSync(values.out, JSON.stringify({ device: report.device, width, batch, differences, rows }, null, 2));
process.exit();

/** @param {string} backend */
async function start(backend) {
  const started = await startBackend(backends, { backend, kernels: [kwtaKernels] });
  if (!started.selfCheck.passed) throw new Error(`The self-check failed: ${started.selfCheck.failures.join("; ")}`);
  return started;
}

/** By how much of the largest number results differ from those of the cpu backend. */
async function compare() {
  /** @type {Record<string, number>} */
  const off = {};
  const works = ACTIVATIONS.flatMap((activation) => PASSES.map((pass) => ({ batch: 4, width: 8, activation, pass })));
  const found = await numbersOf(works);
  await start("cpu");
  const expected = await numbersOf(works);
  await start("webgpu");
  for (const [i, { activation, pass }] of works.entries()) {
    const [a, b] = [found[i] ?? [], expected[i] ?? []];
    const largest = Math.max(...b.map(Math.abs));
    const difference = Math.max(...a.map((value, j) => Math.abs(value - (b[j] ?? Number.NaN)))) / largest;
    const name = `${activation} ${pass}`;
    off[name] = difference;
    if (!(difference <= (MOST_OFF[activation] ?? 0)))
      throw new Error(`${name} is off by ${difference} of the largest number.`);
  }
  return off;
}

/** @param {readonly Work[]} works */
async function numbersOf(works) {
  const all = [];
  for (const work of works) {
    const prepared = prepareResNet18(work);
    const result = await prepared.run(() => {});
    all.push([...(await result.data())]);
    result.dispose();
    prepared.dispose();
  }
  return all;
}

/**
 * Images a second, of the fastest third of the runs.
 *
 * @param {Work} work
 * @param {number} limit in seconds
 */
async function speedOf(work, limit) {
  const prepared = prepareResNet18(work);
  await timed(prepared);
  await timed(prepared);
  const times = [];
  const end = performance.now() + 1000 * limit;
  do times.push(await timed(prepared));
  while (performance.now() < end || times.length < 3);
  prepared.dispose();
  times.sort((a, b) => a - b);
  return work.batch / /** @type {number} */ (times[Math.floor(times.length / 3)]);
}

/** @param {Prepared} prepared */
async function timed(prepared) {
  await finish();
  const begun = performance.now();
  const result = await prepared.run(() => {});
  await finish();
  const time = (performance.now() - begun) / 1000;
  tf.dispose(result);
  return time;
}

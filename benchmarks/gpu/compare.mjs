// @ts-check
import { readFileSync } from "node:fs";

/** @typedef {{ device: string, rows: { activation: string, pass: string, imagesPerSecond: number }[] }} Measured */

const [ours, theirs] = ["webgpu.json", "pytorch.json"].map(
  (file) => /** @type {Measured} */ (JSON.parse(readFileSync(file, "utf8"))),
);
console.log(`images/s: ${ours?.device} by WebGPU, ${theirs?.device}, ratio`);
for (const { activation, pass, imagesPerSecond } of ours?.rows ?? []) {
  const other = theirs?.rows.find((row) => row.activation === activation && row.pass === pass)?.imagesPerSecond ?? NaN;
  const ratio = (imagesPerSecond / other).toFixed(2);
  console.log(`${activation.padEnd(9)} ${pass.padEnd(15)} ${imagesPerSecond.toFixed(0)} ${other.toFixed(0)} ${ratio}`);
}

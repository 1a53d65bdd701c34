// @ts-check
import { createModel, loadModel, saveModel } from "@kwta/models";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { json, twist } from "../json-text.mjs";
/** @import { Draws } from "../draws.mjs" */

let folder = "";
let path = "";
/** @type {unknown} */
let whole;

/** Folders of TensorFlow.js models: lists of layers, weights and files repeated, sizes that cannot be. */
export const modelJson = {
  name: "model.json",
  async prepare() {
    folder = mkdtempSync(join(tmpdir(), "kwta-fuzz-"));
    path = join(folder, "model.json");
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    const model = createModel("resnet10-w2@relu", { inputShape: [8, 8, 1], numClasses: 3, seed: 0 });
    await saveModel(model, folder);
    model.dispose();
    whole = JSON.parse(readFileSync(path, "utf8"));
  },
  /** @param {Draws} d */
  make: (d) => Buffer.from(d.chance(0.2) ? json(d) : twist(d, whole)),
  /** @param {Uint8Array} bytes */
  async read(bytes) {
    writeFileSync(path, bytes);
    (await loadModel(folder)).dispose();
  },
};

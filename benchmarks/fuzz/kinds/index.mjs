// @ts-check
/** @import { Kind } from "../types.ts" */

/**
 * Every reader of files that others made, and what makes such files, by name; loaded where they are used.
 *
 * @type {Readonly<Record<string, () => Promise<Kind>>>}
 */
export const KINDS = {
  png: async () => (await import("./png.mjs")).png,
  jpeg: async () => (await import("./jpeg.mjs")).jpeg,
  webp: async () => (await import("./webp.mjs")).webp,
  idx: async () => (await import("./idx.mjs")).idx,
  tar: async () => (await import("./tar.mjs")).tar,
  mat: async () => (await import("./mat.mjs")).mat,
  cifar: async () => (await import("./cifar.mjs")).cifar,
  pickle: async () => (await import("./pickle.mjs")).pickle,
  pth: async () => (await import("./pth.mjs")).pth,
  zip: async () => (await import("./zip.mjs")).zip,
  safetensors: async () => (await import("./safetensors.mjs")).safetensors,
  "model.json": async () => (await import("./model-json.mjs")).modelJson,
  "run.json": async () => (await import("./run-json.mjs")).runJson,
};

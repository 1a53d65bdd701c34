import { digest, readInput, stableJson } from "@kwta/core";
import type { Dataset, Split } from "@kwta/datasets";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { gammaWeightsPath } from "./run-folder.node.ts";

/** SHA-256 of all images and labels of a data set, and of their order; computed once for a data set in memory. */
export async function datasetDigest(dataset: Dataset): Promise<string> {
  const found = known.get(dataset) ?? computeDigest(dataset);
  known.set(dataset, found);
  return found;
}

const known = new WeakMap<Dataset, Promise<string>>();

async function computeDigest({ classNames, train, test }: Dataset): Promise<string> {
  return digest(stableJson(classNames), await splitDigest(train), await splitDigest(test));
}

async function splitDigest({ shape, images, labels, ids }: Split): Promise<string> {
  return digest(stableJson(shape), images, labels, ids);
}

/**
 * SHA-256 of the model that a run left, with the weights of one of its sparsity ratios.
 *
 * @param run its folder
 * @throws InputError when there is none
 */
export async function modelDigest(run: string, gamma?: number): Promise<string> {
  const files = [join(run, "model", "model.json"), join(run, "model", "weights.bin")];
  if (gamma !== undefined && existsSync(gammaWeightsPath(run, gamma))) files.push(gammaWeightsPath(run, gamma));
  return digest(stableJson(gamma ?? null), ...(await Promise.all(files.map((path) => readInput(path)))));
}

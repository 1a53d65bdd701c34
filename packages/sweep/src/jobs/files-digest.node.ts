import { digest, InputError, readInput, show } from "@kwta/core";
import { existsSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * A digest of a model on this machine: a file, a folder with a `model.json`, or a run.
 *
 * @throws InputError for what is not there
 */
export async function filesDigest(path: string): Promise<string> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new InputError(
      `There is no model ${show(path)}. Sweeps attack trainings of their own, pretrained:NAME, files and run folders.`,
    );
  }
  if (!found.isDirectory()) return digest(await readInput(path));
  const inside = join(path, "model");
  const folder = existsSync(inside) ? inside : path;
  const names = (await readdir(folder)).filter((name) => /\.(?:json|bin)$/.test(name)).sort();
  const files = await Promise.all(names.map((name) => readInput(join(folder, name))));
  return digest(...names, ...files);
}

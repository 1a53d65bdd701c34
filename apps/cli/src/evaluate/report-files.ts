import { openSafetensors, readInput, show, writeFileAtomic, type NumberArray } from "@kwta/core";
import type { AdversarialExamples, Evaluation } from "@kwta/evaluation";
import type { ReportFormat } from "@kwta/report";
import { EXAMPLES } from "@kwta/runs";
import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes files of an evaluation beside its `report.json`.
 *
 * @returns their paths
 * @throws InputError when a format needs what the evaluation does not have, or the folder cannot be written
 */
export async function writeReports(
  folder: string,
  evaluation: Evaluation,
  formats: readonly ReportFormat[],
): Promise<string[]> {
  const examples = existsSync(join(folder, EXAMPLES)) ? await readExamples(join(folder, EXAMPLES)) : undefined;
  const paths: string[] = [];
  for (const { file, make } of formats) {
    const path = join(folder, file);
    await writeFileAtomic(path, await make(evaluation, examples));
    paths.push(path);
  }
  return paths;
}

async function readExamples(path: string): Promise<AdversarialExamples> {
  const { tensors, metadata } = openSafetensors(await readInput(path), show(path));
  const arrays = [...tensors].map(([name, { shape, dtype, read }]): [string, NumberArray] => {
    return [name, { shape, data: dtype === "I32" ? Int32Array.from(read()) : read() }];
  });
  return { arrays: new Map(arrays), metadata };
}

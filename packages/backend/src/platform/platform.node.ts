import { createRequire } from "node:module";
import { availableParallelism, cpus } from "node:os";
import { InputError } from "@kwta/core";
import type { Platform } from "./platform.ts";

export const platform: Platform = {
  environment: () => ({ backend: process.env["KWTA_BACKEND"], threads: process.env["KWTA_THREADS"] }),
  describeCpu() {
    const model = cpus()[0]?.model.replaceAll(/\s+/g, " ").trim();
    return `${model || process.arch}, ${availableParallelism()} threads`;
  },
  checkCopies(names, from) {
    const require = createRequire(from);
    checkSameCore(names.map((name) => ({ name, core: findCore(require, name) })));
  },
};

/** Where a package finds `@tensorflow/tfjs-core`; undefined when the package is not there. */
function findCore(require: NodeJS.Require, name: string): string | undefined {
  try {
    return createRequire(require.resolve(`${name}/package.json`)).resolve(CORE);
  } catch {
    return undefined;
  }
}

const CORE = "@tensorflow/tfjs-core/package.json";

/** @throws InputError that names the first one that finds another core than this package */
export function checkSameCore(packages: readonly { name: string; core: string | undefined }[]): void {
  const own = createRequire(import.meta.url).resolve(CORE);
  const stranger = packages.find(({ core }) => core !== undefined && core !== own);
  if (stranger === undefined) return;
  throw new InputError(
    `${stranger.name} uses another copy of @tensorflow/tfjs-core (${stranger.core}) than @kwta/backend (${own}). ` +
      'Ask for one version of all @tensorflow packages, such as 4.22.0, and see "npm ls @tensorflow/tfjs-core".',
  );
}

import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError, show } from "@kwta/core";
import { runProgram } from "./run-program.node.ts";
import type { Libtensorflow } from "./setup-record.node.ts";

type Found = Pick<Libtensorflow, "folder" | "include">;

/**
 * Finds libtensorflow in a folder, or in one inside it.
 *
 * @throws InputError that says what was looked for
 */
export function libtensorflowIn(given: string): Found {
  const root = resolve(given);
  for (const folder of [root, join(root, "lib"), join(root, "tensorflow"), join(root, "site-packages", "tensorflow")]) {
    if (libraries(folder).length < 2) continue;
    const include = [join(folder, "include"), join(dirname(folder), "include")].find((each) =>
      existsSync(join(each, "tensorflow", "c", "c_api.h")),
    );
    if (include !== undefined) return { folder, include };
    throw new InputError(`${show(folder)} has libtensorflow_cc, but not its headers (include/tensorflow/c/c_api.h).`);
  }
  throw new InputError(
    `${show(given)} holds no libtensorflow_cc and libtensorflow_framework, there or in lib or tensorflow. ` +
      "Name the folder of a Python package tensorflow (.../site-packages/tensorflow).",
  );
}

/** The two libraries of a folder. */
export function libraries(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return ["cc", "framework"].flatMap((part) => {
    const name = names.find((each) => new RegExp(`^libtensorflow_${part}\\.(so\\.\\d+|\\d+\\.dylib)$`).test(each));
    return name === undefined ? [] : [join(folder, name)];
  });
}

/** A `tensorflow` that Python has; undefined where it has none that serves. */
export async function pythonTensorflow(
  version: string | undefined,
): Promise<(Found & { version: string }) | undefined> {
  for (const python of ["python3", "python"]) {
    const { ended, stdout } = await runProgram(python, ["-"], { input: FIND });
    if (ended !== 0) continue;
    try {
      const found = JSON.parse(stdout) as { folder: string; version: string };
      if (version !== undefined ? found.version !== version : !isRecent(found.version)) continue;
      return { ...libtensorflowIn(found.folder), version: found.version };
    } catch {
      // None, or one without the library.
    }
  }
  return undefined;
}

/** Versions before it have no `libtensorflow_framework` of their own on each platform, or are too old for the binding. */
function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 16);
}

/** Looks without importing it, which takes seconds. */
const FIND = `
import importlib.metadata as metadata, importlib.util as util, json, os
spec = util.find_spec("tensorflow")
folder = os.path.dirname(spec.origin)
for name in ("tensorflow", "tensorflow-cpu"):
    try:
        version = metadata.version(name)
        break
    except metadata.PackageNotFoundError:
        pass
print(json.dumps({"folder": folder, "version": version}))
`;

import { InputError } from "@kwta/core";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { OnnxRuntime } from "../runtime.ts";
import type { OnnxPlatform } from "./platform.ts";

export const platform: OnnxPlatform = {
  async loadRuntime() {
    const places = [import.meta.url, pathToFileURL(join(process.cwd(), "package.json")).href];
    for (const name of ["onnxruntime-node", "onnxruntime-web"]) {
      for (const place of places) {
        const path = find(name, place);
        if (path !== undefined) return open(name, path);
      }
    }
    throw new InputError("ONNX files need ONNX Runtime, which is not installed: npm install onnxruntime-node");
  },
};

/** Where a package is, seen from a file: this package, or the program whose folder this is. */
function find(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

async function open(name: string, path: string): Promise<OnnxRuntime> {
  try {
    const loaded = (await import(pathToFileURL(path).href)) as OnnxRuntime & { readonly default?: OnnxRuntime };
    return loaded.InferenceSession === undefined ? loaded.default! : loaded;
  } catch (error) {
    throw new InputError(
      `${name} is installed, but cannot be loaded: ${(error as Error).message.split("\n")[0]}. Install it anew.`,
      { cause: error },
    );
  }
}

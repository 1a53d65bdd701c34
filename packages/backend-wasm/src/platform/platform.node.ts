import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import v8 from "node:v8";
import { InputError } from "@kwta/core";
import { wasmCode } from "../host/_wasm-code.ts";
import { hasRelaxedSimd } from "../host/wasm-code.ts";
import type { WasmPlatform } from "./platform.ts";
import { keepProcessListeners } from "./process-listeners.node.ts";
import { startNodeThread } from "./start-thread.node.ts";

const require = createRequire(import.meta.url);

export const platform: WasmPlatform = {
  name: "version of Node",
  cores: availableParallelism,
  whyUnshared: () => undefined,
  canRelaxSimd,
  async read(file, folder) {
    try {
      return await readFile(
        folder ? join(folder, file) : require.resolve(`@tensorflow/tfjs-backend-wasm/dist/${file}`),
      );
    } catch (error) {
      throw new InputError(
        `The file ${file} cannot be read (${(error as Error).message.split("\n")[0]}). Give the folder that has it, ` +
          'that of @tensorflow/tfjs-backend-wasm, as in wasm({ files: "..." }).',
      );
    }
  },
  startThread: startNodeThread,
  shield: keepProcessListeners,
};

let relaxed: boolean | undefined;

/** Whether this Node runs relaxed SIMD, which Node 20 does only when told so. */
function canRelaxSimd(): boolean {
  if (relaxed === undefined) {
    if (!hasRelaxedSimd(wasmCode)) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
    relaxed = hasRelaxedSimd(wasmCode);
  }
  return relaxed;
}

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import v8 from "node:v8";
import type { BackendStarter } from "./backend-starter.ts";
import { keepProcessListeners } from "./_process-listeners.node.ts";
import { startNodeThread } from "./_start-thread.node.ts";
import { wasmCode } from "./wasm/_wasm-code.ts";
import { hasRelaxedSimd } from "./wasm/wasm-code.ts";
import { makeWasmStarter } from "./wasm-starter.ts";

const require = createRequire(import.meta.url);

/** The wasm backend in Node. */
export const wasmStarter: BackendStarter = makeWasmStarter({
  name: "version of Node",
  cores: availableParallelism,
  whyUnshared: () => undefined,
  canRelaxSimd,
  read: (file) => readFile(require.resolve(`@tensorflow/tfjs-backend-wasm/dist/${file}`)),
  startThread: startNodeThread,
  shield: keepProcessListeners,
});

let relaxed: boolean | undefined;

/** Whether this Node runs relaxed SIMD, which Node 20 does only when told so. */
function canRelaxSimd(): boolean {
  if (relaxed === undefined) {
    if (!hasRelaxedSimd(wasmCode)) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
    relaxed = hasRelaxedSimd(wasmCode);
  }
  return relaxed;
}

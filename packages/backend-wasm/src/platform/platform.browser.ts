import { InputError } from "@kwta/core";
import type { BackendStarter } from "./backend-starter.ts";
import type { WasmFile } from "./_load-wasm.ts";
import { startWebThread } from "./_start-thread.browser.ts";
import { wasmCode } from "./wasm/_wasm-code.ts";
import { hasRelaxedSimd } from "./wasm/wasm-code.ts";
import { makeWasmStarter } from "./wasm-starter.ts";

/**
 * Where a page finds the wasm files of `@tensorflow/tfjs-backend-wasm`, which are in its folder `dist`: the address of the
 * folder where they are served, or of each.
 */
export type WasmPath =
  | string
  | {
      /** For memory of one thread. */
      readonly "tfjs-backend-wasm-simd.wasm": string;
      /** For memory that is shared with threads. */
      readonly "tfjs-backend-wasm-threaded-simd.wasm": string;
    };

/** The wasm backend in a browser. */
export function webWasmStarter(wasmPath: WasmPath | undefined): BackendStarter {
  return makeWasmStarter({
    name: "browser",
    cores: () => navigator.hardwareConcurrency,
    whyUnshared,
    canRelaxSimd: () => hasRelaxedSimd(wasmCode),
    read: (file) => download(addressOf(file, wasmPath)),
    startThread: startWebThread,
    shield: (work) => work(),
  });
}

function whyUnshared(): string | undefined {
  if (crossOriginIsolated) return undefined;
  return (
    "this page is not cross-origin isolated, and shares no memory with threads. Serve it with the headers " +
    '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp".'
  );
}

function addressOf(file: WasmFile, wasmPath: WasmPath | undefined): string {
  if (wasmPath === undefined) {
    throw new InputError(
      "The wasm engine needs wasmPath in a browser: the address of the files tfjs-backend-wasm*.wasm. Copy them from " +
        "node_modules/@tensorflow/tfjs-backend-wasm/dist to where your page finds them, and pass the address of that folder.",
    );
  }
  return typeof wasmPath === "string" ? `${wasmPath.replace(/\/$/, "")}/${file}` : wasmPath[file];
}

/** What every wasm file begins with. */
const MAGIC = "\0asm";

async function download(address: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address);
  const content = new Uint8Array(await response.arrayBuffer());
  // A server may answer with a page where there is no such file.
  if (response.ok && String.fromCharCode(...content.subarray(0, MAGIC.length)) === MAGIC) return content;
  throw new InputError(
    `There is no wasm file at ${response.url} (status ${response.status}). Check wasmPath: it must lead to the files ` +
      "tfjs-backend-wasm*.wasm of the installed @tensorflow/tfjs-backend-wasm.",
  );
}

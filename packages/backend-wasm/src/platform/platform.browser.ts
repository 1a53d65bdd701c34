import { InputError } from "@kwta/core";
import { wasmCode } from "../host/_wasm-code.ts";
import type { WasmFile } from "../host/load-wasm.ts";
import { hasRelaxedSimd } from "../host/wasm-code.ts";
import type { WasmPlatform } from "./platform.ts";
import { startWebThread } from "./start-thread.browser.ts";

export const platform: WasmPlatform = {
  name: "browser",
  cores: () => navigator.hardwareConcurrency,
  whyUnshared,
  canRelaxSimd: () => hasRelaxedSimd(wasmCode),
  async read(file, folder, version) {
    if (folder) return download(`${folder.replace(/\/$/, "")}/${file}`);
    if (version === FILES_VERSION) return download(FILES[file]().href);
    throw new InputError(
      `@tensorflow/tfjs-backend-wasm has version ${version}, and the wasm files of @kwta/backend-wasm are those of version ` +
        `${FILES_VERSION}. Install that version, or serve the files of yours and give their folder. ${HOW}`,
    );
  },
  startThread: startWebThread,
  shield: (work) => work(),
};

/** Whose files lie in the folder `wasm` of this package. */
export const FILES_VERSION = "4.22.0";

/** Written so that bundlers find the files and serve them. */
const FILES: Readonly<Record<WasmFile, () => URL>> = {
  "tfjs-backend-wasm-simd.wasm": () => new URL("../../wasm/tfjs-backend-wasm-simd.wasm", import.meta.url),
  "tfjs-backend-wasm-threaded-simd.wasm": () =>
    new URL("../../wasm/tfjs-backend-wasm-threaded-simd.wasm", import.meta.url),
};

const HOW =
  "For that, copy tfjs-backend-wasm*.wasm from node_modules/@tensorflow/tfjs-backend-wasm/dist to where your page finds " +
  'them, and pass the address of that folder, as in wasm({ files: "/wasm/" }).';

function whyUnshared(): string | undefined {
  if (crossOriginIsolated) return undefined;
  return (
    "this page is not cross-origin isolated, and shares no memory with threads. Serve it with the headers " +
    '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp".'
  );
}

/** What every wasm file begins with. */
const MAGIC = "\0asm";

async function download(address: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address);
  const content = new Uint8Array(await response.arrayBuffer());
  // A server may answer with a page where there is no such file.
  if (response.ok && String.fromCharCode(...content.subarray(0, MAGIC.length)) === MAGIC) return content;
  throw new InputError(
    `There is no wasm file at ${response.url} (status ${response.status}), and the wasm backend needs it. ${HOW}`,
  );
}

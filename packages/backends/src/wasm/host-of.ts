import { forgetFilter } from "./_filter-cache.ts";
import type { WasmBackend } from "./_wasm-backend.ts";
import { outOfMemory, WasmHost, type HostOptions } from "./wasm-host.ts";

const hosts = new WeakMap<WasmBackend, WasmHost>();

/**
 * The host of kernels in a backend's memory. A backend that nobody has given one gets one for one thread.
 *
 * @throws Error when its memory cannot be reached
 */
export function hostOf(backend: WasmBackend): WasmHost {
  return hosts.get(backend) ?? makeHost(backend, backend.wasm.asm?.memory);
}

/** Gives a new backend its host. */
export function makeHost(
  backend: WasmBackend,
  memory: WebAssembly.Memory | undefined,
  options: HostOptions = {},
): WasmHost {
  if (memory === undefined) {
    throw new Error("The memory of the wasm backend is out of reach. Start the backend by startBackend().");
  }
  const { wasm } = backend;
  const malloc = wasm._malloc.bind(wasm);
  const free = wasm._free.bind(wasm);
  // Where it gets no memory, TensorFlow.js would go on and write to address 0.
  wasm._malloc = (bytes) => {
    const address = malloc(bytes);
    if (address === 0 && bytes > 0) throw outOfMemory(bytes);
    return address;
  };
  const host = new WasmHost({ memory, malloc, free }, options);
  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const gone = disposeData(dataId, force);
    if (gone) forgetFilter(host, dataId);
    return gone;
  };
  hosts.set(backend, host);
  return host;
}

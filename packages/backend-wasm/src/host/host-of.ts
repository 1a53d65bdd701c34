import { forgetFilter } from "./filter-cache.ts";
import { guardMemory } from "./safe-memory.ts";
import { noteChanges } from "./undo-on-failure.ts";
import type { WasmBackend } from "./wasm-backend.ts";
import { WasmHost, type HostOptions } from "./wasm-host.ts";

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
  const host = new WasmHost(guardMemory(backend.wasm, memory), options);
  noteChanges(backend);
  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const gone = disposeData(dataId, force);
    if (gone) forgetFilter(host, dataId);
    return gone;
  };
  hosts.set(backend, host);
  return host;
}

import { InputError } from "@kwta/core";
import type { WasmBackend } from "./wasm-backend.ts";
import type { HostMemory } from "./wasm-host.ts";

/*
 * The allocator of TensorFlow.js's wasm module computes with addresses of 32 bits, and does not see when they overflow: asked
 * for more than there is between its end and 4 GB, it hands out memory that is not there, or that is used already. So its
 * memory is kept below 4 GB by as much as is asked for at a time. For larger pieces the distance is checked.
 */

/** To how many bytes the memory may grow. */
const MOST_MEMORY = 3.5 * 2 ** 30;
const ADDRESSES = 2 ** 32;
/** More than the allocator needs for itself, and rounds up to. */
const MARGIN = 2 ** 20;

/**
 * Takes charge of the memory of a backend: what it cannot give is an error, for TensorFlow.js's own kernels too, which would
 * go on and write to address 0.
 */
export function guardMemory(wasm: WasmBackend["wasm"], memory: WebAssembly.Memory): HostMemory {
  // At its first call, each of these functions puts another one in its place.
  wasm._free(wasm._malloc(1));
  const original = wasm._malloc.bind(wasm);
  const free = wasm._free.bind(wasm);
  limitGrowth(memory);
  const malloc = (bytes: number): number => {
    const safe = memory.buffer.byteLength + bytes + MARGIN <= ADDRESSES;
    const address = safe ? original(bytes) >>> 0 : 0;
    if (address === 0 && bytes > 0) throw outOfMemory(bytes);
    return address;
  };
  wasm._malloc = malloc;
  return { memory, malloc, free };
}

const PAGE = 65_536;

function limitGrowth(memory: WebAssembly.Memory): void {
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * PAGE > MOST_MEMORY) throw new RangeError("the memory is at its limit");
    return grow(pages);
  };
}

/** The error for a backend whose memory is used up. */
function outOfMemory(bytes: number): InputError {
  const megabytes = Math.ceil(bytes / 2 ** 20);
  return new InputError(
    `The wasm backend is out of memory: it has at most 3.5 GB, and ${megabytes} MB more were asked for. ` +
      "Use a smaller batch or network, or another backend; a run that was saved can be resumed there.",
  );
}

export { wasm, type WasmParams } from "./wasm.ts";

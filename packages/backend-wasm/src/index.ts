export { WASM_SCHEMA, type WasmParams } from "./settings.ts";
export { wasm } from "./wasm.ts";

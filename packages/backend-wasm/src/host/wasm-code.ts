import type { WasmCode } from "@kwta/backend";
import { fromBase64 } from "@kwta/core";

/** Whether this machine runs relaxed SIMD. */
export function hasRelaxedSimd({ relaxedSimd }: WasmCode): boolean {
  return WebAssembly.validate(fromBase64(relaxedSimd.unshared));
}

/** Compiles one of the builds. */
export function compileWasm(code: WasmCode, options: { relaxedSimd: boolean; shared: boolean }): WebAssembly.Module {
  const build = options.relaxedSimd ? code.relaxedSimd : code.plain;
  return new WebAssembly.Module(fromBase64(options.shared ? build.shared : build.unshared));
}

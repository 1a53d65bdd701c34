import type { WasmCode } from "@kwta/backend";

/** Whether this machine runs relaxed SIMD. */
export function hasRelaxedSimd({ relaxedSimd }: WasmCode): boolean {
  return WebAssembly.validate(decode(relaxedSimd.unshared));
}

/** Compiles one of the builds. */
export function compileWasm(code: WasmCode, options: { relaxedSimd: boolean; shared: boolean }): WebAssembly.Module {
  const build = options.relaxedSimd ? code.relaxedSimd : code.plain;
  return new WebAssembly.Module(decode(options.shared ? build.shared : build.unshared));
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

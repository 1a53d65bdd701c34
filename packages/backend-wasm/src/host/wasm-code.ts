/** A compiled wasm module, in base64, once for each kind of memory: a module must know whether its memory is shared. */
export interface WasmBuild {
  /** For memory that is shared with threads. */
  readonly shared: string;
  /** For memory of one thread. */
  readonly unshared: string;
}

/** The builds of one wasm module. All import their memory as `env.memory` and bring no data of their own. */
export interface WasmCode {
  /** With SIMD. */
  readonly plain: WasmBuild;
  /** With relaxed SIMD: multiplication and addition in one rounding. */
  readonly relaxedSimd: WasmBuild;
}

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

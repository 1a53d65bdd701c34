import type { WasmFile } from "../host/load-wasm.ts";
import type { StartThread } from "../host/threads.ts";

/** What Node and browsers do in their own ways. */
export interface WasmPlatform {
  /** What it is called in messages. */
  readonly name: string;
  /** How many threads the machine runs at a time. */
  cores(): number;
  /** Why memory cannot be shared with threads here, and what to do about it; undefined where it can. */
  whyUnshared(): string | undefined;
  /** Whether relaxed SIMD runs here. */
  canRelaxSimd(): boolean;
  /**
   * Content of a wasm file of TensorFlow.js.
   *
   * @param folder where the files are; empty where nobody has said
   * @param version of TensorFlow.js's package, which the file has to fit
   * @throws InputError that says how to have it found
   */
  read(file: WasmFile, folder: string, version: string): Promise<Uint8Array<ArrayBuffer>>;
  readonly startThread: StartThread;
  /** Does some work that loads scripts of TensorFlow.js, and undoes what they did to their surroundings. */
  shield<T>(work: () => Promise<T>): Promise<T>;
}

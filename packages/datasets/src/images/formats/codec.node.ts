import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** How jSquash gives a decoder. */
export interface Codec {
  init(options: object): Promise<void>;
  decode(buffer: ArrayBuffer): Promise<{ width: number; height: number; data: Uint8ClampedArray }>;
}

/** Pixels of four channels, and what the decoder said on its way. */
export interface CodecResult {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly remarks: string;
}

/** Bytes of a picture after which a decoder is not kept. */
const LARGE = 2 ** 25;

/**
 * A decoder of jSquash in Node.
 *
 * @param wasm where its WebAssembly lies: `"@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"`
 */
export function openCodec(codec: Codec, wasm: string): (bytes: Uint8Array) => Promise<CodecResult> {
  let ready: Promise<void> | undefined;
  let remarks = "";
  const printErr = (text: string): void => void (remarks += text);
  return async (bytes) => {
    const path = createRequire(import.meta.url).resolve(wasm);
    ready ??= codec.init({ wasmBinary: new Uint8Array(readFileSync(path)).buffer, print() {}, printErr });
    await ready;
    remarks = "";
    try {
      const { width, height, data } = await codec.decode(bytes.slice().buffer);
      // It would keep the memory that its largest picture took.
      if (data.length > LARGE) ready = undefined;
      return { width, height, data: new Uint8Array(data.buffer), remarks };
    } catch (error) {
      // It leaves the program when a file is damaged, and is not to be used again then.
      ready = undefined;
      throw error;
    }
  };
}

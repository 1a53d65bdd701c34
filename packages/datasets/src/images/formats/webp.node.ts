import decode, { init } from "@jsquash/webp/decode.js";
import { openCodec, type Codec } from "./codec.node.ts";
import type { ImageFormat, RefuseImage } from "./image-format.ts";
import { keepChannels } from "./keep-channels.ts";

const run = openCodec({ init, decode } as Codec, "@jsquash/webp/codec/dec/webp_dec.wasm");

/** WebP by libwebp, lossy or not; transparency is left out. */
export const WEBP: ImageFormat = {
  title: "WebP",
  matches: (bytes) => text(bytes, 0) === "RIFF" && text(bytes, 8) === "WEBP",
  measure(bytes, refuse) {
    const { width, height } = readSize(bytes, refuse);
    return { width, height, unpacked: width * height * 4 };
  },
  async decode(bytes) {
    const { width, height, data } = await run(bytes);
    return { width, height, channels: 3, data: keepChannels(data, 4, 3) };
  },
};

const ANIMATED = 0x02;

/** @see https://developers.google.com/speed/webp/docs/riff_container, RFC 6386 section 9.1, and RFC 9649 */
function readSize(bytes: Uint8Array, refuse: RefuseImage): { width: number; height: number } {
  if (bytes.length < 30) throw new Error("its size is missing");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = text(bytes, 12);
  if (kind === "VP8 ") return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === "VP8L") {
    const word = view.getUint32(21, true);
    return { width: 1 + (word & 0x3fff), height: 1 + ((word >>> 14) & 0x3fff) };
  }
  if (kind !== "VP8X") throw new Error("its size is missing");
  if ((bytes[20]! & ANIMATED) !== 0) refuse("is an animated WebP, which is not read. Save one picture of it.");
  return { width: 1 + (view.getUint32(24, true) & 0xffffff), height: 1 + (view.getUint32(26, true) >>> 8) };
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

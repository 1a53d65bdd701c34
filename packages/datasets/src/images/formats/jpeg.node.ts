import decode, { init } from "@jsquash/jpeg/decode.js";
import { openCodec, type Codec } from "./codec.node.ts";
import type { ImageFormat } from "./image-format.ts";
import { readJpegHeader } from "./jpeg-header.ts";
import { keepChannels } from "./keep-channels.ts";

const run = openCodec({ init, decode } as Codec, "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");

/** JPEG by libjpeg: the pixels that Pillow sees. How the camera was held (EXIF) is left as it is. */
export const JPEG: ImageFormat = {
  title: "JPEG",
  matches: (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8,
  measure(bytes, refuse) {
    const { width, height, channels, scans } = readJpegHeader(bytes);
    if (channels === 4) refuse("is a CMYK JPEG, which is not read. Convert it to RGB or leave it out.");
    // It always gives four channels.
    return { width, height, unpacked: width * height * 4, passes: scans };
  },
  async decode(bytes) {
    const { width, height, data, remarks } = await run(bytes);
    // It fills up with grey what is missing.
    if (remarks.includes("Premature end")) throw new Error("its end is missing");
    return { width, height, channels: 3, data: keepChannels(data, 4, 3) };
  },
};

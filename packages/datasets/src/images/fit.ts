import type { DecodedImage } from "./formats/image-format.ts";
import { resize } from "./resize.ts";

/** What all pictures of a data set are brought to. */
export interface FitOptions {
  /** Height and width; undefined leaves both as they are. */
  readonly imageSize: readonly [height: number, width: number] | undefined;
  readonly channels: 1 | 3;
}

/** The middle of a picture in the wanted proportion, scaled; grey or colour as wanted. */
export function fit(picture: DecodedImage, { imageSize, channels }: FitOptions): DecodedImage {
  const coloured = toChannels(picture, channels);
  if (!imageSize) return coloured;
  const [height, width] = imageSize;
  const scale = Math.min(coloured.height / height, coloured.width / width);
  const middle = cutMiddle(coloured, Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale)));
  return { height, width, channels, data: resize(middle, height, width) };
}

function toChannels(picture: DecodedImage, channels: 1 | 3): DecodedImage {
  const { data } = picture;
  if (picture.channels === channels) return picture;
  const out = new Uint8Array((data.length / picture.channels) * channels);
  for (let i = 0; i < data.length / picture.channels; i++) {
    // Luma of ITU-R BT.601, in the whole numbers of Pillow and libjpeg.
    if (channels === 1)
      out[i] = (19595 * data[3 * i]! + 38470 * data[3 * i + 1]! + 7471 * data[3 * i + 2]! + 32768) >> 16;
    else out.fill(data[i]!, 3 * i, 3 * i + 3);
  }
  return { ...picture, channels, data: out };
}

function cutMiddle(picture: DecodedImage, height: number, width: number): DecodedImage {
  const { channels } = picture;
  const top = Math.floor((picture.height - height) / 2);
  const left = Math.floor((picture.width - width) / 2);
  const data = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * channels;
    data.set(picture.data.subarray(from, from + width * channels), y * width * channels);
  }
  return { height, width, channels, data };
}

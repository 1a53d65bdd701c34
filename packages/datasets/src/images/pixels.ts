/**
 * A byte times this, rounded to 32 bits, is `byte / 255` rounded to 32 bits, the number of PyTorch's `ToTensor`: true for
 * each of the 256 bytes, and cheaper than a division or a table.
 */
const SCALE = 1 / 255;

/** Copies bytes `from .. from + length` into floats in [0, 1] at `out[to]`. */
export function copyUnit(images: Uint8Array, from: number, length: number, out: Float32Array, to: number): void {
  const whole = length - (length % 4);
  // Four at a time take two thirds of the time of one at a time.
  for (let i = 0; i < whole; i += 4) {
    out[to + i] = images[from + i]! * SCALE;
    out[to + i + 1] = images[from + i + 1]! * SCALE;
    out[to + i + 2] = images[from + i + 2]! * SCALE;
    out[to + i + 3] = images[from + i + 3]! * SCALE;
  }
  for (let i = whole; i < length; i++) out[to + i] = images[from + i]! * SCALE;
}

/** Copies `count` pixels into floats, mirrored: the first one to `out[to]`, the next one before it. */
export function copyMirrored(
  images: Uint8Array,
  from: number,
  count: number,
  channels: number,
  out: Float32Array,
  to: number,
): void {
  const end = from + count * channels;
  if (channels === 3) {
    for (let at = from, put = to; at < end; at += 3, put -= 3) {
      out[put] = images[at]! * SCALE;
      out[put + 1] = images[at + 1]! * SCALE;
      out[put + 2] = images[at + 2]! * SCALE;
    }
    return;
  }
  for (let at = from, put = to; at < end; at += channels, put -= channels) {
    for (let c = 0; c < channels; c++) out[put + c] = images[at + c]! * SCALE;
  }
}

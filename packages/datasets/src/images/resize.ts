/** A picture of bytes, row by row. */
interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/**
 * Scales a picture with a triangle filter that is as wide as the pixels it shrinks (Pillow's BILINEAR): no aliasing when
 * smaller, linear interpolation when larger.
 */
export function resize(picture: Picture, height: number, width: number): Uint8Array {
  const { channels } = picture;
  if (picture.height === height && picture.width === width) return picture.data;
  const across = new Float32Array(picture.data);
  const rows = scaleAxis(across, picture.height, picture.width, channels, width);
  // Columns as rows: a row of the picture is one "pixel" of width * channels values.
  const both = scaleAxis(rows, 1, picture.height, width * channels, height);
  const out = new Uint8Array(both.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.round(both[i]!);
  return out;
}

/** [outer, length, inner] -> [outer, target, inner] */
function scaleAxis(data: Float32Array, outer: number, length: number, inner: number, target: number): Float32Array {
  const out = new Float32Array(outer * target * inner);
  const scale = length / target;
  const reach = Math.max(scale, 1);
  for (let to = 0; to < target; to++) {
    const centre = (to + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(length, Math.floor(centre + reach + 0.5));
    const weights = Array.from({ length: end - first }, (_, i) =>
      Math.max(0, 1 - Math.abs((first + i - centre + 0.5) / reach)),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (let o = 0; o < outer; o++) {
      for (let k = 0; k < inner; k++) {
        let value = 0;
        for (let i = 0; i < weights.length; i++) value += weights[i]! * data[(o * length + first + i) * inner + k]!;
        out[(o * target + to) * inner + k] = value / sum;
      }
    }
  }
  return out;
}

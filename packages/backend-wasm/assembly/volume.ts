import { clear, madd } from "./simd";

/** A convolution of volumes. */
@unmanaged
class Volume {
  /** [n, d, h, w, ci]: the gradient by the input. */
  dx: usize;
  /** [n, od, oh, ow, co]. */
  dy: usize;
  /** [kd, kh, kw, ci, co]. */
  filter: usize;
  d: i32;
  h: i32;
  w: i32;
  ci: i32;
  od: i32;
  oh: i32;
  ow: i32;
  co: i32;
  kd: i32;
  kh: i32;
  kw: i32;
  strideD: i32;
  strideH: i32;
  strideW: i32;
  front: i32;
  top: i32;
  left: i32;
}

/** The gradient of a convolution of volumes by one sample of its input. */
export function convolve3dBackToInput(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Volume>(p);
  const size = g.d * g.h * g.w * g.ci;
  const dx = g.dx + ((<usize>chunk * size) << 2);
  let dy = g.dy + ((<usize>chunk * (g.od * g.oh * g.ow * g.co)) << 2);
  clear(dx, size);
  for (let z = 0; z < g.od; z++) {
    for (let y = 0; y < g.oh; y++) {
      for (let x = 0; x < g.ow; x++) {
        addPlace(g, dx, dy, z * g.strideD - g.front, y * g.strideH - g.top, x * g.strideW - g.left);
        dy += (<usize>g.co) << 2;
      }
    }
  }
}

/** Adds what one place of the output gives to the window that it sees. */
function addPlace(g: Volume, dx: usize, dy: usize, front: i32, top: i32, left: i32): void {
  const tap = (<usize>(g.ci * g.co)) << 2;
  let filter = g.filter;
  for (let i = 0; i < g.kd; i++) {
    const d = front + i;
    for (let j = 0; j < g.kh; j++) {
      const h = top + j;
      for (let k = 0; k < g.kw; k++) {
        const w = left + k;
        if (d >= 0 && d < g.d && h >= 0 && h < g.h && w >= 0 && w < g.w) {
          addDots(dx + ((<usize>((d * g.h + h) * g.w + w) * g.ci) << 2), filter, dy, g.ci, g.co);
        }
        filter += tap;
      }
    }
  }
}

/** to[a] += sum over b of filter[a, b] dy[b]. */
function addDots(to: usize, filter: usize, dy: usize, inputs: i32, outputs: i32): void {
  for (let a = 0; a < inputs; a++) {
    let sums = f32x4.splat(0);
    let b = 0;
    let from = dy;
    for (; b + 4 <= outputs; b += 4) {
      sums = madd(v128.load(filter), v128.load(from), sums);
      filter += 16;
      from += 16;
    }
    let sum = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1);
    sum += f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3);
    for (; b < outputs; b++) {
      sum += load<f32>(filter) * load<f32>(from);
      filter += 4;
      from += 4;
    }
    store<f32>(to, load<f32>(to) + sum);
    to += 4;
  }
}

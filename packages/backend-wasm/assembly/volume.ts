import { clear, madd } from "./simd";

/** Windows that slide over a volume: convolution and pooling. */
@unmanaged
class Volume {
  /** [n, d, h, w, ci]: the gradient by the input, or the input. */
  dx: usize;
  /** [n, od, oh, ow, co]. */
  dy: usize;
  /** [kd, kh, kw, ci, co]. */
  filter: usize;
  n: i32;
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

/** The gradient by one place of the filter: `dx` is x, `filter` the gradient. */
export function convolve3dBackToFilter(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Volume>(p);
  const dw = g.filter + ((<usize>(chunk * g.ci * g.co)) << 2);
  const front = chunk / (g.kh * g.kw) - g.front;
  const top = (chunk / g.kw) % g.kh - g.top;
  const left = (chunk % g.kw) - g.left;
  clear(dw, g.ci * g.co);
  let dy = g.dy;
  for (let sample = 0; sample < g.n; sample++) {
    const x = g.dx + ((<usize>sample * (g.d * g.h * g.w * g.ci)) << 2);
    for (let z = 0; z < g.od; z++) {
      const d = z * g.strideD + front;
      for (let y = 0; y < g.oh; y++) {
        const h = y * g.strideH + top;
        for (let column = 0; column < g.ow; column++) {
          const w = column * g.strideW + left;
          if (d >= 0 && d < g.d && h >= 0 && h < g.h && w >= 0 && w < g.w) {
            addProducts(dw, x + ((<usize>((d * g.h + h) * g.w + w) * g.ci) << 2), dy, g.ci, g.co);
          }
          dy += (<usize>g.co) << 2;
        }
      }
    }
  }
}

/** to[a, b] += x[a] dy[b]. */
function addProducts(to: usize, x: usize, dy: usize, inputs: i32, outputs: i32): void {
  for (let a = 0; a < inputs; a++) {
    const value = load<f32>(x);
    const values = f32x4.splat(value);
    let from = dy;
    let b = 0;
    for (; b + 4 <= outputs; b += 4) {
      v128.store(to, madd(values, v128.load(from), v128.load(to)));
      to += 16;
      from += 16;
    }
    for (; b < outputs; b++) {
      store<f32>(to, load<f32>(to) + value * load<f32>(from));
      to += 4;
      from += 4;
    }
    x += 4;
  }
}

/** Max pooling of one sample: `dx` is x, `dy` the result. */
export function maxPool3d(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Volume>(p);
  const x = g.dx + ((<usize>chunk * (g.d * g.h * g.w * g.ci)) << 2);
  let to = g.dy + ((<usize>chunk * (g.od * g.oh * g.ow * g.ci)) << 2);
  for (let i = 0; i < g.od * g.oh * g.ow; i++) {
    for (let c = 0; c < g.ci; c++) {
      const best = largest(g, x, i, c);
      store<f32>(to, best < 0 ? -Infinity : load<f32>(x + ((<usize>best) << 2)));
      to += 4;
    }
  }
}

/** Its gradient by one sample: dy goes to the largest value of its window, to the first of equal ones; `filter` is the gradient. */
export function maxPool3dBack(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Volume>(p);
  const size = g.d * g.h * g.w * g.ci;
  const x = g.dx + ((<usize>chunk * size) << 2);
  const to = g.filter + ((<usize>chunk * size) << 2);
  let dy = g.dy + ((<usize>chunk * (g.od * g.oh * g.ow * g.ci)) << 2);
  clear(to, size);
  for (let i = 0; i < g.od * g.oh * g.ow; i++) {
    for (let c = 0; c < g.ci; c++) {
      const best = largest(g, x, i, c);
      if (best >= 0) {
        const place = to + ((<usize>best) << 2);
        store<f32>(place, load<f32>(place) + load<f32>(dy));
      }
      dy += 4;
    }
  }
}

/** Where the largest value of the window at the i-th place of the output is; -1 where the window is empty. */
function largest(g: Volume, x: usize, i: i32, c: i32): i32 {
  const front = (i / (g.oh * g.ow)) * g.strideD - g.front;
  const top = ((i / g.ow) % g.oh) * g.strideH - g.top;
  const left = (i % g.ow) * g.strideW - g.left;
  let best = -1;
  let value: f32 = 0;
  for (let d = max(0, front); d < min(g.d, front + g.kd); d++) {
    for (let h = max(0, top); h < min(g.h, top + g.kh); h++) {
      for (let w = max(0, left); w < min(g.w, left + g.kw); w++) {
        const place = ((d * g.h + h) * g.w + w) * g.ci + c;
        const other = load<f32>(x + ((<usize>place) << 2));
        if (best < 0 || other > value) {
          best = place;
          value = other;
        }
      }
    }
  }
  return best;
}

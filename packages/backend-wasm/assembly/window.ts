import { clear, copy, madd } from "./simd";

/** Windows that slide over an image: depthwise convolution and pooling. */
@unmanaged
class Window {
  /** [n, h, w, c], or, of a depthwise convolution, the gradient by it. */
  x: usize;
  /** [n, oh, ow, c m]. */
  dy: usize;
  /** [kh, kw, c, m], or the gradient by it; for pooling the gradient by x. */
  filter: usize;
  n: i32;
  h: i32;
  w: i32;
  c: i32;
  /** How many outputs each channel has. */
  m: i32;
  oh: i32;
  ow: i32;
  kh: i32;
  kw: i32;
  strideH: i32;
  strideW: i32;
  dilationH: i32;
  dilationW: i32;
  top: i32;
  left: i32;
}

/** The gradient of a depthwise convolution by one sample of its input, x. */
export function depthwiseBackToInput(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Window>(p);
  const dx = g.x + ((<usize>(chunk * g.h)) * g.w * g.c << 2);
  const outputs = g.c * g.m;
  let dy = g.dy + ((<usize>(chunk * g.oh)) * g.ow * outputs << 2);
  clear(dx, g.h * g.w * g.c);
  for (let row = 0; row < g.oh; row++) {
    for (let column = 0; column < g.ow; column++) {
      let filter = g.filter;
      for (let i = 0; i < g.kh; i++) {
        const h = row * g.strideH - g.top + i * g.dilationH;
        for (let j = 0; j < g.kw; j++) {
          const w = column * g.strideW - g.left + j * g.dilationW;
          if (h >= 0 && h < g.h && w >= 0 && w < g.w) {
            addProducts(dx + ((<usize>(h * g.w + w)) * g.c << 2), dy, filter, g.c, g.m);
          }
          filter += (<usize>outputs) << 2;
        }
      }
      dy += (<usize>outputs) << 2;
    }
  }
}

/** to[c] += a[c] b[c]. */
function addProduct(to: usize, a: usize, b: usize, channels: i32): void {
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    v128.store(to, madd(v128.load(a), v128.load(b), v128.load(to)));
    to += 16;
    a += 16;
    b += 16;
  }
  for (; c < channels; c++) {
    store<f32>(to, load<f32>(to) + load<f32>(a) * load<f32>(b));
    to += 4;
    a += 4;
    b += 4;
  }
}

/** to[c] += sum over m of a[c, m] b[c, m]. */
function addProducts(to: usize, a: usize, b: usize, channels: i32, m: i32): void {
  if (m == 1) return addProduct(to, a, b, channels);
  for (let c = 0; c < channels; c++) {
    let sum = load<f32>(to);
    for (let q = 0; q < m; q++) {
      sum += load<f32>(a) * load<f32>(b);
      a += 4;
      b += 4;
    }
    store<f32>(to, sum);
    to += 4;
  }
}

/** The gradient of a depthwise convolution by one place of its filter. */
export function depthwiseBackToFilter(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Window>(p);
  const outputs = g.c * g.m;
  const dw = g.filter + ((<usize>(chunk * outputs)) << 2);
  const i = (chunk / g.kw) * g.dilationH - g.top;
  const j = (chunk % g.kw) * g.dilationW - g.left;
  clear(dw, outputs);
  let dy = g.dy;
  for (let sample = 0; sample < g.n; sample++) {
    const x = g.x + ((<usize>(sample * g.h)) * g.w * g.c << 2);
    for (let row = 0; row < g.oh; row++) {
      const h = row * g.strideH + i;
      for (let column = 0; column < g.ow; column++) {
        const w = column * g.strideW + j;
        if (h >= 0 && h < g.h && w >= 0 && w < g.w) {
          addEach(dw, x + ((<usize>(h * g.w + w)) * g.c << 2), dy, g.c, g.m);
        }
        dy += (<usize>outputs) << 2;
      }
    }
  }
}

/** to[c, m] += a[c] b[c, m]. */
function addEach(to: usize, a: usize, b: usize, channels: i32, m: i32): void {
  if (m == 1) return addProduct(to, a, b, channels);
  for (let c = 0; c < channels; c++) {
    const value = load<f32>(a);
    for (let q = 0; q < m; q++) {
      store<f32>(to, load<f32>(to) + value * load<f32>(b));
      to += 4;
      b += 4;
    }
    a += 4;
  }
}

/** The means of the windows of one sample; each counts the places that it covers. The output is at `dy`. */
export function averagePool(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Window>(p);
  const x = g.x + ((<usize>(chunk * g.h)) * g.w * g.c << 2);
  let y = g.dy + ((<usize>(chunk * g.oh)) * g.ow * g.c << 2);
  for (let row = 0; row < g.oh; row++) {
    const top = row * g.strideH - g.top;
    for (let column = 0; column < g.ow; column++) {
      const left = column * g.strideW - g.left;
      const height = covered(top, g.kh, g.dilationH, g.h);
      const share: f32 = 1 / <f32>(height * covered(left, g.kw, g.dilationW, g.w));
      clear(y, g.c);
      for (let i = 0; i < g.kh; i++) {
        const h = top + i * g.dilationH;
        for (let j = 0; j < g.kw; j++) {
          const w = left + j * g.dilationW;
          if (h >= 0 && h < g.h && w >= 0 && w < g.w) addScaled(y, x + ((<usize>(h * g.w + w)) * g.c << 2), share, g.c);
        }
      }
      y += (<usize>g.c) << 2;
    }
  }
}

/** The largest values of the windows of one sample, NaN where there is one. The output is at `dy`. */
export function maxPool(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Window>(p);
  const x = g.x + ((<usize>(chunk * g.h)) * g.w * g.c << 2);
  let y = g.dy + ((<usize>(chunk * g.oh)) * g.ow * g.c << 2);
  for (let row = 0; row < g.oh; row++) {
    for (let column = 0; column < g.ow; column++) {
      let first = true;
      for (let i = 0; i < g.kh; i++) {
        const h = row * g.strideH - g.top + i * g.dilationH;
        if (h < 0 || h >= g.h) continue;
        for (let j = 0; j < g.kw; j++) {
          const w = column * g.strideW - g.left + j * g.dilationW;
          if (w < 0 || w >= g.w) continue;
          const from = x + ((<usize>(h * g.w + w)) * g.c << 2);
          if (first) copy(y, from, g.c);
          else takeLarger(y, from, g.c);
          first = false;
        }
      }
      y += (<usize>g.c) << 2;
    }
  }
}

function takeLarger(to: usize, from: usize, channels: i32): void {
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    v128.store(to, f32x4.max(v128.load(to), v128.load(from)));
    to += 16;
    from += 16;
  }
  for (; c < channels; c++) {
    store<f32>(to, max(load<f32>(to), load<f32>(from)));
    to += 4;
    from += 4;
  }
}

/** The gradient of average pooling by one sample of its input, x: each window counts the places that it covers. */
export function averagePoolBack(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Window>(p);
  const dx = g.filter + ((<usize>(chunk * g.h)) * g.w * g.c << 2);
  let dy = g.dy + ((<usize>(chunk * g.oh)) * g.ow * g.c << 2);
  clear(dx, g.h * g.w * g.c);
  for (let row = 0; row < g.oh; row++) {
    const top = row * g.strideH - g.top;
    for (let column = 0; column < g.ow; column++) {
      const left = column * g.strideW - g.left;
      const height = covered(top, g.kh, g.dilationH, g.h);
      const share: f32 = 1 / <f32>(height * covered(left, g.kw, g.dilationW, g.w));
      for (let i = 0; i < g.kh; i++) {
        const h = top + i * g.dilationH;
        for (let j = 0; j < g.kw; j++) {
          const w = left + j * g.dilationW;
          if (h >= 0 && h < g.h && w >= 0 && w < g.w) addScaled(dx + ((<usize>(h * g.w + w)) * g.c << 2), dy, share, g.c);
        }
      }
      dy += (<usize>g.c) << 2;
    }
  }
}

/** How many places of a window's side lie within the image. */
function covered(start: i32, size: i32, dilation: i32, limit: i32): i32 {
  let count = 0;
  for (let i = 0; i < size; i++) {
    const place = start + i * dilation;
    if (place >= 0 && place < limit) count++;
  }
  return count;
}

function addScaled(to: usize, from: usize, factor: f32, channels: i32): void {
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(from), f32x4.splat(factor))));
    to += 16;
    from += 16;
  }
  for (; c < channels; c++) {
    store<f32>(to, load<f32>(to) + load<f32>(from) * factor);
    to += 4;
    from += 4;
  }
}

/** The gradient of max pooling by one sample: dy goes to the largest value of its window, to the first of equal ones. */
export function maxPoolBack(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Window>(p);
  const size = (<usize>(g.h * g.w)) * g.c << 2;
  const x = g.x + (<usize>chunk) * size;
  const dx = g.filter + (<usize>chunk) * size;
  let dy = g.dy + ((<usize>(chunk * g.oh)) * g.ow * g.c << 2);
  clear(dx, g.h * g.w * g.c);
  for (let row = 0; row < g.oh; row++) {
    for (let column = 0; column < g.ow; column++) {
      for (let c = 0; c < g.c; c++) {
        const best = largest(g, x, row * g.strideH - g.top, column * g.strideW - g.left, c);
        // None where a window lies outside of the image.
        if (best >= 0) {
          const place = dx + ((<usize>best) << 2);
          store<f32>(place, load<f32>(place) + load<f32>(dy));
        }
        dy += 4;
      }
    }
  }
}

/** Where the largest value of a window is. */
function largest(g: Window, x: usize, top: i32, left: i32, c: i32): i32 {
  let best = -1;
  let value: f32 = 0;
  for (let i = 0; i < g.kh; i++) {
    const h = top + i * g.dilationH;
    if (h < 0 || h >= g.h) continue;
    for (let j = 0; j < g.kw; j++) {
      const w = left + j * g.dilationW;
      if (w < 0 || w >= g.w) continue;
      const place = (h * g.w + w) * g.c + c;
      const other = load<f32>(x + ((<usize>place) << 2));
      if (best < 0 || other > value) {
        best = place;
        value = other;
      }
    }
  }
  return best;
}

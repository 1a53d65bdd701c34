/** Values one by one; which function is a matter of `op`. */
@unmanaged
class Elementwise {
  a: usize;
  b: usize;
  to: usize;
  count: i32;
  /** How many values one chunk has. */
  block: i32;
  /** How many values b has, which are repeated: one, one per channel, or as many as a. */
  bCount: i32;
  op: i32;
  low: f32;
  high: f32;
}

export const ADD = 0;
export const SUBTRACT = 1;
export const MULTIPLY = 2;
/** a where b > 0, else 0: the gradient of ReLU. */
export const WHERE_POSITIVE = 3;
/** a, but not below `low` nor above `high`; NaN stays, -0 becomes 0; b is not used. */
export const CLIP = 4;
/** a + b, between the limits. */
export const ADD_CLIP = 5;

// @ts-ignore: decorator
@inline
function clip(a: v128, g: Elementwise): v128 {
  return f32x4.add(f32x4.pmin(f32x4.pmax(a, f32x4.splat(g.low)), f32x4.splat(g.high)), f32x4.splat(0));
}

// @ts-ignore: decorator
@inline
function clipOne(a: f32, g: Elementwise): f32 {
  const raised = a < g.low ? g.low : a;
  return (raised > g.high ? g.high : raised) + 0;
}

// @ts-ignore: decorator
@inline
function vector(op: i32, a: v128, b: v128, g: Elementwise): v128 {
  if (op == ADD) return f32x4.add(a, b);
  if (op == SUBTRACT) return f32x4.sub(a, b);
  if (op == MULTIPLY) return f32x4.mul(a, b);
  if (op == WHERE_POSITIVE) return v128.and(a, f32x4.gt(b, f32x4.splat(0)));
  return clip(op == ADD_CLIP ? f32x4.add(a, b) : a, g);
}

// @ts-ignore: decorator
@inline
function scalar(op: i32, a: f32, b: f32, g: Elementwise): f32 {
  if (op == ADD) return a + b;
  if (op == SUBTRACT) return a - b;
  if (op == MULTIPLY) return a * b;
  if (op == WHERE_POSITIVE) return b > 0 ? a : 0;
  return clipOne(op == ADD_CLIP ? a + b : a, g);
}

// @ts-ignore: decorator
@inline
function run(op: i32, g: Elementwise, first: i32, end: i32): void {
  const start = (<usize>first) << 2;
  let a = g.a + start;
  let to = g.to + start;
  let i = first;
  if (op == CLIP || g.bCount == g.count) {
    let b = g.b + start;
    for (; i + 4 <= end; i += 4) {
      v128.store(to, vector(op, v128.load(a), op == CLIP ? f32x4.splat(0) : v128.load(b), g));
      a += 16;
      b += 16;
      to += 16;
    }
    for (; i < end; i++) {
      store<f32>(to, scalar(op, load<f32>(a), op == CLIP ? 0 : load<f32>(b), g));
      a += 4;
      b += 4;
      to += 4;
    }
    return;
  }
  if (g.bCount == 1) {
    const b = load<f32>(g.b);
    for (; i + 4 <= end; i += 4) {
      v128.store(to, vector(op, v128.load(a), f32x4.splat(b), g));
      a += 16;
      to += 16;
    }
    for (; i < end; i++) {
      store<f32>(to, scalar(op, load<f32>(a), b, g));
      a += 4;
      to += 4;
    }
    return;
  }
  let j = i % g.bCount;
  while (i < end) {
    // Within one run over b.
    const stop = min(end, i + g.bCount - j);
    let b = g.b + ((<usize>j) << 2);
    for (; i + 4 <= stop; i += 4) {
      v128.store(to, vector(op, v128.load(a), v128.load(b), g));
      a += 16;
      b += 16;
      to += 16;
    }
    for (; i < stop; i++) {
      store<f32>(to, scalar(op, load<f32>(a), load<f32>(b), g));
      a += 4;
      b += 4;
      to += 4;
    }
    j = 0;
  }
}

export function elementwise(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Elementwise>(p);
  const first = chunk * g.block;
  const end = min(first + g.block, g.count);
  // One loop for each: the choice is made outside of it.
  switch (g.op) {
    case ADD:
      run(ADD, g, first, end);
      break;
    case SUBTRACT:
      run(SUBTRACT, g, first, end);
      break;
    case MULTIPLY:
      run(MULTIPLY, g, first, end);
      break;
    case WHERE_POSITIVE:
      run(WHERE_POSITIVE, g, first, end);
      break;
    case ADD_CLIP:
      run(ADD_CLIP, g, first, end);
      break;
    default:
      run(CLIP, g, first, end);
  }
}

/** One step of gradient descent with momentum. */
@unmanaged
class MomentumStep {
  w: usize;
  velocity: usize;
  gradient: usize;
  toW: usize;
  toVelocity: usize;
  count: i32;
  /** How many values one chunk has. */
  block: i32;
  momentum: f32;
  decay: f32;
  rate: f32;
}

/** velocity' = velocity * momentum + (gradient + w * decay), w' = w - velocity' * rate. */
export function momentumStep(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<MomentumStep>(p);
  const first = chunk * g.block;
  const end = min(first + g.block, g.count);
  const momentum = f32x4.splat(g.momentum);
  const decay = f32x4.splat(g.decay);
  const rate = f32x4.splat(g.rate);
  let i = first;
  for (; i + 4 <= end; i += 4) {
    const at = (<usize>i) << 2;
    const w = v128.load(g.w + at);
    const decayed = f32x4.add(v128.load(g.gradient + at), f32x4.mul(w, decay));
    const next = f32x4.add(f32x4.mul(v128.load(g.velocity + at), momentum), decayed);
    v128.store(g.toVelocity + at, next);
    v128.store(g.toW + at, f32x4.sub(w, f32x4.mul(next, rate)));
  }
  for (; i < end; i++) {
    const at = (<usize>i) << 2;
    const w = load<f32>(g.w + at);
    const next = load<f32>(g.velocity + at) * g.momentum + (load<f32>(g.gradient + at) + w * g.decay);
    store<f32>(g.toVelocity + at, next);
    store<f32>(g.toW + at, w - next * g.rate);
  }
}

// Plain loops in double precision: what the backends and the numbers of the self-check are held against.

/** Sizes of a convolution, named as in TensorFlow.js's `Conv2DInfo`, which can be passed with its padding. */
export interface Geometry {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  /** Of a depthwise convolution: input channels times {@link Geometry.multiplier}. */
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight?: number;
  readonly dilationWidth?: number;
  readonly padInfo: { readonly top: number; readonly left: number };
  /** Makes it a depthwise convolution: how many outputs each input channel has. */
  readonly multiplier?: number;
}

export type Values = ArrayLike<number>;

/** Calls back with the indices of every product x * w that y consists of. */
function eachProduct(g: Geometry, visit: (x: number, w: number, y: number) => void): void {
  const { dilationHeight = 1, dilationWidth = 1, multiplier } = g;
  const outputs = multiplier ?? g.outChannels;
  for (let n = 0; n < g.batchSize; n++)
    for (let oh = 0; oh < g.outHeight; oh++)
      for (let ow = 0; ow < g.outWidth; ow++)
        for (let kh = 0; kh < g.filterHeight; kh++)
          for (let kw = 0; kw < g.filterWidth; kw++) {
            const h = oh * g.strideHeight + kh * dilationHeight - g.padInfo.top;
            const w = ow * g.strideWidth + kw * dilationWidth - g.padInfo.left;
            if (h < 0 || h >= g.inHeight || w < 0 || w >= g.inWidth) continue;
            const x = ((n * g.inHeight + h) * g.inWidth + w) * g.inChannels;
            const y = ((n * g.outHeight + oh) * g.outWidth + ow) * g.outChannels;
            for (let ci = 0; ci < g.inChannels; ci++) {
              const filter = ((kh * g.filterWidth + kw) * g.inChannels + ci) * outputs;
              const first = multiplier === undefined ? y : y + ci * multiplier;
              for (let co = 0; co < outputs; co++) visit(x + ci, filter + co, first + co);
            }
          }
}

/** A convolution, or with a multiplier a depthwise one. */
export function convolution(x: Values, w: Values, g: Geometry): number[] {
  const y = zeros(g.batchSize * g.outHeight * g.outWidth * g.outChannels);
  eachProduct(g, (xi, wi, yi) => {
    y[yi]! += x[xi]! * w[wi]!;
  });
  return y;
}

/** The gradients of `sum(dy * y)`. */
export function convolutionGradients(x: Values, w: Values, dy: Values, g: Geometry): { dx: number[]; dw: number[] } {
  const dx = zeros(x.length);
  const dw = zeros(w.length);
  eachProduct(g, (xi, wi, yi) => {
    dx[xi]! += w[wi]! * dy[yi]!;
    dw[wi]! += x[xi]! * dy[yi]!;
  });
  return { dx, dw };
}

/** `batch` products of [rows, inner] and [inner, columns]; a batch of one matrix serves all. */
export interface ProductSizes {
  readonly batchA: number;
  readonly batchB: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

function eachTerm(s: ProductSizes, visit: (a: number, b: number, y: number) => void): void {
  for (let batch = 0; batch < Math.max(s.batchA, s.batchB); batch++)
    for (let row = 0; row < s.rows; row++)
      for (let column = 0; column < s.columns; column++)
        for (let k = 0; k < s.inner; k++)
          visit(
            ((batch % s.batchA) * s.rows + row) * s.inner + k,
            ((batch % s.batchB) * s.inner + k) * s.columns + column,
            (batch * s.rows + row) * s.columns + column,
          );
}

export function matrixProduct(a: Values, b: Values, s: ProductSizes): number[] {
  const y = zeros(Math.max(s.batchA, s.batchB) * s.rows * s.columns);
  eachTerm(s, (ai, bi, yi) => {
    y[yi]! += a[ai]! * b[bi]!;
  });
  return y;
}

/** The gradients of `sum(dy * y)`. */
export function matrixProductGradients(
  a: Values,
  b: Values,
  dy: Values,
  s: ProductSizes,
): { da: number[]; db: number[] } {
  const da = zeros(a.length);
  const db = zeros(b.length);
  eachTerm(s, (ai, bi, yi) => {
    da[ai]! += b[bi]! * dy[yi]!;
    db[bi]! += a[ai]! * dy[yi]!;
  });
  return { da, db };
}

export function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}

// Plain loops in double precision: what the engines and the numbers of the self-check are held against.

/** Sizes of a convolution, as TensorFlow.js's `Conv2DInfo` has them. */
export interface Geometry {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly top: number;
  readonly left: number;
}

type Values = readonly number[];

/** Calls back with the indices of every product x * w that y consists of. */
function eachProduct(g: Geometry, visit: (x: number, w: number, y: number) => void): void {
  for (let n = 0; n < g.batchSize; n++)
    for (let oh = 0; oh < g.outHeight; oh++)
      for (let ow = 0; ow < g.outWidth; ow++)
        for (let kh = 0; kh < g.filterHeight; kh++)
          for (let kw = 0; kw < g.filterWidth; kw++) {
            const h = oh * g.strideH + kh - g.top;
            const w = ow * g.strideW + kw - g.left;
            if (h < 0 || h >= g.inHeight || w < 0 || w >= g.inWidth) continue;
            for (let ci = 0; ci < g.inChannels; ci++)
              for (let co = 0; co < g.outChannels; co++)
                visit(
                  ((n * g.inHeight + h) * g.inWidth + w) * g.inChannels + ci,
                  ((kh * g.filterWidth + kw) * g.inChannels + ci) * g.outChannels + co,
                  ((n * g.outHeight + oh) * g.outWidth + ow) * g.outChannels + co,
                );
          }
}

export function convolution(x: Values, w: Values, g: Geometry): number[] {
  const y = new Array<number>(g.batchSize * g.outHeight * g.outWidth * g.outChannels).fill(0);
  eachProduct(g, (xi, wi, yi) => {
    y[yi]! += x[xi]! * w[wi]!;
  });
  return y;
}

export function convolutionGradients(x: Values, w: Values, dy: Values, g: Geometry): { dx: number[]; dw: number[] } {
  const dx = x.map(() => 0);
  const dw = w.map(() => 0);
  eachProduct(g, (xi, wi, yi) => {
    dx[xi]! += w[wi]! * dy[yi]!;
    dw[wi]! += x[xi]! * dy[yi]!;
  });
  return { dx, dw };
}

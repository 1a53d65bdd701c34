import type { WasmHost } from "../../host/wasm-host.ts";
import { isMatrixProduct, type ConvGeometry } from "./conv-geometry.ts";
import type { Epilogue } from "./epilogue.ts";
import { convolve, convolveBackToFilter, convolveBackToInput, matMul, oneMatrix } from "./product.ts";
import {
  suitsWinograd,
  suitsWinogradBack,
  winogradBackToFilter,
  winogradBackToInput,
  winogradForward,
  type FilterTensor,
} from "./winograd.ts";

/** The convolution of x, by whichever algorithm is the fastest. */
export function convolution(
  host: WasmHost,
  g: ConvGeometry,
  x: number,
  filter: FilterTensor,
  y: number,
  end: Epilogue,
): void {
  if (suitsWinograd(host, g)) winogradForward(host, g, x, filter, y, end);
  else if (isMatrixProduct(g))
    matMul(host, oneMatrix(x), oneMatrix(filter.address), y, [g.n * g.oh * g.ow, g.ci, g.co], end);
  else convolve(host, g, x, filter.address, y, end);
}

/** Its gradient by x. */
export function convolutionBackToInput(
  host: WasmHost,
  g: ConvGeometry,
  dx: number,
  filter: FilterTensor,
  dy: number,
): void {
  if (suitsWinogradBack(host, g)) winogradBackToInput(host, g, dx, filter, dy);
  else if (isMatrixProduct(g))
    matMul(host, oneMatrix(dy), oneMatrix(filter.address, true), dx, [g.n * g.oh * g.ow, g.co, g.ci]);
  else convolveBackToInput(host, g, dx, filter.address, dy);
}

/** Its gradient by the filter. */
export function convolutionBackToFilter(host: WasmHost, g: ConvGeometry, x: number, dw: number, dy: number): void {
  if (suitsWinograd(host, g)) winogradBackToFilter(host, g, x, dw, dy);
  else convolveBackToFilter(host, g, x, dw, dy);
}

import type { ConvGeometry } from "../../shared/conv-geometry.ts";
import { convolution, convolutionBackToFilter, convolutionBackToInput } from "../../shared/convolution.ts";
import { matMul, oneMatrix } from "../../shared/product.ts";
import { rowsOf, sumBlocks } from "../../shared/rows.ts";
import { addressOf } from "../../../host/wasm-backend.ts";
import { filterTensor } from "../../conv2d.ts";
import { sizeOf, type Call, type Numbers, type SampleShape, type StepMaker } from "../step.ts";

/**
 * Filter, bias (or -1), strides, dilations, zeros before the image, and the size of the result; with a filter of two axes, a
 * dense layer.
 */
export const makeConvolution: StepMaker = (args, [x], weightShapes) => {
  const [filter, bias, ...rest] = args.map(Number) as [number, number, ...number[]];
  const shape = weightShapes[filter]!;
  const dense = shape.length === 2;
  const one = dense ? denseGeometry(shape, x!) : geometryOf(shape, x!, rest);
  if (one.ci !== shape.at(-2)) throw new Error("the channels must be those of the filter");
  const geometry = ({ count }: Call): ConvGeometry => ({ ...one, n: count });
  const filterOf = ({ backend, weights }: Call) => filterTensor(backend, weights[filter]!);
  return {
    shape: { height: one.oh, width: one.ow, channels: one.co },
    canRelu: true,
    forward(call, { inputs, output, relu }) {
      const end = {
        bias: bias < 0 ? 0 : addressOf(call.backend, call.weights[bias]!),
        low: relu ? 0 : -Infinity,
        high: Infinity,
      };
      convolution(call.host, geometry(call), inputs[0]!, filterOf(call), output, end);
    },
    differentiated: [filter, bias],
    weightGradients(call, { x: from, dy, by }) {
      const { host, count } = call;
      if (dense) matMul(host, oneMatrix(from, true), oneMatrix(dy), by(filter), [one.ci, count, one.co]);
      else convolutionBackToFilter(host, geometry(call), from, by(filter), dy);
      if (bias < 0) return;
      const [sums] = sumBlocks(host, "sumRows", rowsOf([count * one.oh * one.ow, one.co]), { x: dy });
      host.view(by(bias), one.co).set(sums!);
    },
    backward: (call, { dy, dx }) => convolutionBackToInput(call.host, geometry(call), dx, filterOf(call), dy),
  };
};

function denseGeometry(filter: readonly number[], x: SampleShape): ConvGeometry {
  const [, co] = filter as [number, number];
  return { ...PLAIN, h: 1, w: 1, ci: sizeOf(x), oh: 1, ow: 1, co, kh: 1, kw: 1 };
}

function geometryOf(filter: readonly number[], x: SampleShape, args: readonly number[]): ConvGeometry {
  const [kh, kw, , co] = filter as [number, number, number, number];
  const [strideH, strideW, dilationH, dilationW, top, left, oh, ow] = args as Numbers<8>;
  const { height: h, width: w, channels: ci } = x;
  return { n: 1, h, w, ci, oh, ow, co, kh, kw, strideH, strideW, dilationH, dilationW, top, left };
}

const PLAIN = { n: 1, strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, top: 0, left: 0 };

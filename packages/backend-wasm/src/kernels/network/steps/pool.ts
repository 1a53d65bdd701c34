import { wasmCode } from "../../../host/_wasm-code.ts";
import type { Numbers, StepMaker } from "../step.ts";

/** As `assembly/window.ts` has them. */
const FUNCTIONS = {
  max: { forward: "maxPool", backward: "maxPoolBack", keeps: "input" },
  mean: { forward: "averagePool", backward: "averagePoolBack", keeps: undefined },
} as const;

/** The largest value of each window, or its mean: size of the window, strides, height and width of the result. */
export function makePool(kind: keyof typeof FUNCTIONS): StepMaker {
  const { forward, backward, keeps } = FUNCTIONS[kind];
  return (args, [x]) => {
    const [kh, kw, strideH, strideW, height, width] = args.map(Number) as Numbers<6>;
    const { height: h, width: w, channels } = x!;
    const image = [h, w, channels, 1, height, width];
    const words = (count: number): number[] => [count, ...image, kh, kw, strideH, strideW, 1, 1, 0, 0];
    return {
      shape: { height, width, channels },
      ...(keeps !== undefined && { keeps }),
      forward({ host, count }, { inputs, output }) {
        host.run(wasmCode, forward, count, [inputs[0]!, output, 0, ...words(count)]);
      },
      backward({ host, count }, { dy, dx, kept }) {
        host.run(wasmCode, backward, count, [kept, dy, dx, ...words(count)]);
      },
    };
  };
}

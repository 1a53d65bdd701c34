import type { WasmKernelCall, WasmKernels } from "@kwta/backend";
import { wasmCode } from "./_wasm-code.ts";
import { activations } from "./activations.ts";
import { runSamples, selectBytes, type Samples } from "./samples.ts";

/** All of k-WTA's kernels but that of max-pooling in wasm; see the kernels on typed arrays for what they compute. */
export const wasmKernels: WasmKernels = {
  code: wasmCode,
  activations,
  kernels: [
    {
      kernelName: "Kwta",
      inputNames: ["x"],
      outputShapes: ([x]) => [[...x!], [x![0]!]],
      run(call) {
        const [x] = call.inputs as [number];
        const [to, threshold] = call.outputs as [number, number];
        const samples = { ...rowsOf(call), x, to, threshold, k: call.attributes["k"] as number };
        runSamples(call, "kwta", samples, selectBytes(samples.size));
      },
    },
    { ...gradient("KwtaGrad", "kwtaGrad"), inputNames: ["dy", "x", "threshold"] },
    { ...gradient("KwtaGateGrad", "kwtaGateGrad"), inputNames: ["dy", "x", "threshold"] },
    gradient("LwtaPass", "lwtaPass"),
    gradient("LwtaGateGrad", "lwtaGateGrad"),
    gradient("BreakReluPass", "breakReluPass"),
  ],
};

/** From dy and x, and the threshold where there is one. */
function gradient(kernelName: string, name: string): WasmKernels["kernels"][number] {
  return {
    kernelName,
    inputNames: ["dy", "x"],
    outputShapes: ([dy]) => [[...dy!]],
    run(call) {
      const [dy, x, threshold] = call.inputs as [number, number, number?];
      const { temperature, size: group, other: limit } = call.attributes as Attributes;
      const samples: Samples = { ...rowsOf(call), x, dy, to: call.outputs[0]!, threshold, temperature, group, limit };
      runSamples(call, name, samples);
    },
  };
}

/** Of those gradients that have some. */
interface Attributes {
  readonly temperature?: number;
  readonly size?: number;
  readonly other?: number;
}

function rowsOf({ inputShapes: [shape] }: WasmKernelCall): Pick<Samples, "count" | "size"> {
  const [count, ...others] = shape as [number, ...number[]];
  return { count, size: others.reduce((product, length) => product * length, 1) };
}

import type { WasmKernelCall, WasmKernels } from "@kwta/backend";
import { wasmCode } from "./_wasm-code.ts";

/** About how many values one chunk has. */
const CHUNK = 2 ** 13;

/** `Kwta`, `KwtaGrad` and `KwtaGateGrad` in wasm; see the kernels on typed arrays for what they compute. */
export const wasmKernels: WasmKernels = {
  code: wasmCode,
  kernels: [
    {
      kernelName: "Kwta",
      inputNames: ["x"],
      outputShapes: ([x]) => [[...x!], [x![0]!]],
      run(call) {
        const [x] = call.inputs as [number];
        const [y, threshold] = call.outputs as [number, number];
        run(call, "kwta", [x, 0, y, threshold], selectBytes(sizeOf(call)));
      },
    },
    {
      kernelName: "KwtaGrad",
      inputNames: ["dy", "x", "threshold"],
      outputShapes: ([dy]) => [[...dy!]],
      run: (call) => runGradient(call, "kwtaGrad"),
    },
    {
      kernelName: "KwtaGateGrad",
      inputNames: ["dy", "x", "threshold"],
      outputShapes: ([dy]) => [[...dy!]],
      run: (call) => runGradient(call, "kwtaGateGrad"),
    },
  ],
  rules: [{ name: "kwta", kernelName: "Kwta", gradientName: "KwtaGrad", attributes: (k) => ({ k }) }],
};

function runGradient(call: WasmKernelCall, name: string): void {
  const [dy, x, threshold] = call.inputs as [number, number, number];
  run(call, name, [x, dy, call.outputs[0]!, threshold], 0);
}

/** @param addresses of x, dy, the output and the thresholds */
function run(call: WasmKernelCall, name: string, addresses: readonly number[], scratchBytes: number): void {
  const batch = call.inputShapes[0]![0]!;
  const size = sizeOf(call);
  if (batch * size === 0) return;
  const { k = 0, temperature = 0 } = call.attributes as { k?: number; temperature?: number };
  const group = Math.max(1, Math.floor(CHUNK / size));
  const words = [...addresses, batch, size, k, group, call.float(temperature)];
  call.run(name, Math.ceil(batch / group), words, scratchBytes);
}

/** How many values one sample has. */
function sizeOf({ inputShapes }: WasmKernelCall): number {
  return inputShapes[0]!.slice(1).reduce((product, length) => product * length, 1);
}

/** What `assembly/select.ts` needs. */
function selectBytes(size: number): number {
  return 288 + 4096 + 4 * (2 * size + 12);
}

import type { WebgpuKernel } from "@kwta/backend";
import { floatBits, KEYS, THREADS, WORKGROUP } from "./wgsl.ts";

/** `BreakReluPass`: dy where x is above 0 or NaN, else `other`. */
export const breakReluPassKernel: WebgpuKernel = {
  kernelName: "BreakReluPass",
  inputNames: ["dy", "x"],
  outputShapes: ([dy]) => [[...dy!]],
  code: /* wgsl */ `
${KEYS}
${WORKGROUP}
struct Parameters { length: u32, other: u32 }
@group(0) @binding(0) var<storage, read> dy: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> dx: array<u32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) thread: u32) {
  let i = workgroupNumber(id, count) * ${THREADS}u + thread;
  if (i >= parameters.length) { return; }
  dx[i] = select(parameters.other, dy[i], isNan(x[i]) || keyOf(x[i]) > PLUS_ZERO);
}
`,
  plan([dy], attributes) {
    const length = dy!.reduce((product, n) => product * n, 1);
    return { workgroups: Math.ceil(length / THREADS), parameters: [length, floatBits(attributes["other"] as number)] };
  },
};

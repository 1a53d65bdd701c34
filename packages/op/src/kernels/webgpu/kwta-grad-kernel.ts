import type { WebgpuKernel } from "@kwta/backend";
import { KEYS, rowsOf, THREADS, WORKGROUP } from "./wgsl.ts";

/** `KwtaGrad`: dy where x reaches its sample's threshold, else 0; all NaN where the threshold is NaN. */
export const kwtaGradKernel: WebgpuKernel = {
  kernelName: "KwtaGrad",
  inputNames: ["dy", "x", "threshold"],
  outputShapes: ([dy]) => [[...dy!]],
  code: /* wgsl */ `
${KEYS}
${WORKGROUP}
struct Parameters { length: u32, size: u32 }
@group(0) @binding(0) var<storage, read> dy: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> threshold: array<u32>;
@group(0) @binding(3) var<storage, read_write> dx: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) thread: u32) {
  let i = workgroupNumber(id, count) * ${THREADS}u + thread;
  if (i >= parameters.length) { return; }
  let bound = threshold[i / parameters.size];
  dx[i] = select(select(0u, dy[i], reaches(x[i], bound)), NAN, isNan(bound));
}
`,
  plan([dy]) {
    const { rows, size } = rowsOf(dy!);
    return { workgroups: Math.ceil((rows * size) / THREADS), parameters: [rows * size, size] };
  },
};

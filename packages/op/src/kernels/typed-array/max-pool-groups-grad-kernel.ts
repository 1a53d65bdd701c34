import type { TypedArrayKernel } from "@kwta/backend";

/**
 * `MaxPoolGroupsGrad`: each dy goes to the values of x that equal its group's maximum y, in equal parts; NaN where y is
 * NaN, as it is throughout a sample that holds one.
 */
export const maxPoolGroupsGradKernel: TypedArrayKernel = {
  kernelName: "MaxPoolGroupsGrad",
  inputNames: ["dy", "x", "y"],
  outputShapes: ([, x]) => [[...x!]],
  run([dy, x, y], [dx]) {
    const size = x!.length / y!.length;
    for (let group = 0; group < y!.length; group++) {
      const best = y![group]!;
      const start = group * size;
      const end = start + size;
      let count = 0;
      for (let i = start; i < end; i++) if (best === x![i]!) count++;
      const share = best === best ? dy![group]! / count : NaN;
      const rest = best === best ? 0 : NaN;
      for (let i = start; i < end; i++) dx![i] = best === x![i]! ? share : rest;
    }
  },
};

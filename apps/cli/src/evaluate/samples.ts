import type { Bounds, Samples } from "@kwta/attacks";
import type { Dataset } from "@kwta/datasets";
import { toBounds } from "./to-bounds.ts";

/** Test images, classes in their proportions, in the range that the model takes. The caller disposes `x`. */
export async function chooseSamples({ test }: Dataset, count: number, bounds: Bounds | undefined): Promise<Samples> {
  const { subset, toTensors } = await import("@kwta/datasets");
  const chosen = subset(test, Math.min(count, test.size), 0);
  const images = toTensors(chosen, { start: 0, end: chosen.size });
  const x = toBounds(images.x, bounds);
  images.x.dispose();
  return { ...images, x };
}

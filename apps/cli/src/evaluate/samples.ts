import type { Bounds, Samples } from "@kwta/attacks";
import { InputError } from "@kwta/core";
import type { Dataset } from "@kwta/datasets";
import type { TargetChoice } from "@kwta/evaluation";
import { toBounds } from "./to-bounds.ts";

/** Which test images are taken. */
interface SampleChoice {
  /** The range that the model takes. */
  readonly bounds: Bounds | undefined;
  /** The targets of a targeted evaluation: images of the one class that is every image's target are left out. */
  readonly without: TargetChoice | undefined;
}

/** Test images, classes in their proportions, in the range that the model takes. The caller disposes `x`. */
export async function chooseSamples(
  { test }: Dataset,
  count: number,
  { bounds, without }: SampleChoice,
): Promise<Samples> {
  const { subset, toTensors } = await import("@kwta/datasets");
  const ordered = subset(test, typeof without === "number" ? test.size : Math.min(count, test.size), 0);
  const positions = [...ordered.labels.keys()].filter((at) => ordered.labels[at] !== without).slice(0, count);
  if (positions.length === 0) {
    throw new InputError("All images are of the target class. Choose another one.");
  }
  const images = toTensors(ordered, positions);
  const x = toBounds(images.x, bounds);
  images.x.dispose();
  return { ...images, x };
}

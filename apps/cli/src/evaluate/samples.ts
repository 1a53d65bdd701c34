import type { Bounds, Samples } from "@kwta/attacks";
import { InputError, show } from "@kwta/core";
import type { Dataset } from "@kwta/datasets";
import type { TargetChoice } from "@kwta/evaluation";
import { toBounds } from "./to-bounds.ts";

/** Which test images are taken. */
interface SampleChoice {
  /** The range that the model takes. */
  readonly bounds: Bounds | undefined;
  /** The targets of a targeted evaluation: images of the one class that is every image's target are left out. */
  readonly without: TargetChoice | undefined;
  /** Which of them, by position. @defaultValue all */
  readonly range?: SampleRange | undefined;
}

/** Positions from `first` to `last`, both included. */
interface SampleRange {
  readonly first: number;
  readonly last: number;
}

/** The positions that `--range` asks for: `0-49`. @throws InputError for what is none */
export function readSampleRange(text: string | undefined): SampleRange | undefined {
  if (text === undefined) return undefined;
  const [, first, last] = /^(\d{1,9})-(\d{1,9})$/.exec(text)?.map(Number) ?? [];
  if (first !== undefined && last !== undefined && first <= last) return { first, last };
  throw new InputError(
    `--range is ${show(text)}; it must be the first and the last position, from 0 on, such as 0-49.`,
  );
}

/** Test images, classes in their proportions, in the range that the model takes. The caller disposes `x`. */
export async function chooseSamples(
  { test }: Dataset,
  count: number,
  { bounds, without, range }: SampleChoice,
): Promise<Samples> {
  const { subset, toTensors } = await import("@kwta/datasets");
  const ordered = subset(test, typeof without === "number" ? test.size : Math.min(count, test.size), 0);
  const positions = [...ordered.labels.keys()].filter((at) => ordered.labels[at] !== without).slice(0, count);
  if (positions.length === 0) {
    throw new InputError("All images are of the target class. Choose another one.");
  }
  if (range !== undefined && range.first >= positions.length) {
    throw new InputError(
      `--range begins at ${range.first}, but there are ${positions.length} samples, from 0 to ${positions.length - 1}.`,
    );
  }
  const images = toTensors(ordered, range === undefined ? positions : positions.slice(range.first, range.last + 1));
  const x = toBounds(images.x, bounds);
  images.x.dispose();
  return { ...images, x };
}

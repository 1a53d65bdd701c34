import { InputError, show } from "@kwta/core";
import type { ActivationSpec, NetworkConfig } from "./network.ts";

/** @throws InputError when a network cannot be built from this */
export function checkNetwork(
  config: { readonly inputShape: readonly number[]; readonly numClasses: number; readonly width: number },
  rows: boolean,
): void {
  const { inputShape, numClasses, width } = config;
  const fits = Array.isArray(inputShape) && (inputShape.length === 3 || (rows && inputShape.length === 1));
  if (!fits || !inputShape.every(isPositiveInteger)) {
    throw new InputError(
      `The input shape is ${show(inputShape)}; it must be [height, width, channels], such as [32, 32, 3]` +
        `${rows ? ", or [length]" : ""}.`,
    );
  }
  if (!isPositiveInteger(numClasses) || numClasses < 2) {
    throw new InputError(`The number of classes is ${show(numClasses)}; it must be a whole number of at least 2.`);
  }
  if (!isPositiveInteger(width)) {
    throw new InputError(`The width is ${show(width)}; it must be a whole number of at least 1.`);
  }
}

/**
 * One activation for each stage.
 *
 * @throws InputError when a list has another length
 */
export function perStage(activation: NetworkConfig["activation"], stages: readonly string[]): ActivationSpec[] {
  const list = Array.isArray(activation) ? (activation as readonly ActivationSpec[]) : undefined;
  if (list === undefined) return stages.map(() => activation as ActivationSpec);
  if (list.length === stages.length) return [...list];
  throw new InputError(
    `There are ${list.length} activations for ${stages.length} stages (${stages.join(", ")}). Give one for each, or one for all.`,
  );
}

/** A whole number of at least 1. */
export function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** Calls `f`; what `@kwta/op` refuses, which has no dependency and so an error of its own, comes out as InputError. */
export function inputErrors<T>(f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (error instanceof Error && error.name === "InputError" && !(error instanceof InputError)) {
      throw new InputError(error.message);
    }
    throw error;
  }
}

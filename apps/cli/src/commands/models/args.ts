import { InputError, parseNumber, show } from "@kwta/core";
import type { CreateModelOptions } from "@kwta/models";
import { readCount } from "../../options.ts";

/** What a network is built for, of actions that build one. */
export const SHAPE_OPTIONS = {
  input: {
    type: "string",
    description: "Shape of an image, height x width x channels, or a length.",
    default: "32x32x3",
    valueHint: "shape",
  },
  classes: { type: "string", description: "Number of classes.", default: "10", valueHint: "n" },
} as const;

/**
 * What a network is built for, from {@link SHAPE_OPTIONS}.
 *
 * @throws InputError when it cannot be read
 */
export function readShape(args: {
  readonly input: string;
  readonly classes: string;
}): Pick<CreateModelOptions, "inputShape" | "numClasses"> {
  const sizes = args.input.split("x").map(parseNumber);
  if ((sizes.length !== 3 && sizes.length !== 1) || !sizes.every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw new InputError(`--input is ${show(args.input)}; write HEIGHTxWIDTHxCHANNELS, such as 28x28x1, or a length.`);
  }
  return {
    inputShape: sizes as [number, number, number] | [number],
    numClasses: readCount("classes", args.classes, 2)!,
  };
}

/** Nothing here computes much, so the backend that always works will do. */
export async function startSmallBackend(): Promise<void> {
  const { cpu } = await import("@kwta/backend");
  const { start } = await import("../../start.node.ts");
  await start({ backends: [cpu()] });
}

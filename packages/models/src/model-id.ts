import { InputError, lookUp, show } from "@kwta/core";
import { formatActivation, parseActivation, type Activation } from "@kwta/op";
import { ARCHITECTURES } from "./_architectures.ts";
import { inputErrors } from "./_checks.ts";

/** What a model id says. */
export interface ModelSpec {
  /** `"resnet18"`, `"small-cnn"`, ... */
  readonly architecture: string;
  /** Channels of the first convolution; an id that names none means the architecture's own. */
  readonly width: number;
  /** What stands in the activation slots. */
  readonly activation: Activation;
}

/**
 * Reads a model id, `ARCHITECTURE[-wWIDTH]@ACTIVATION`: `"resnet18@kwta:0.1"`, `"resnet18-w16@relu"`.
 *
 * @throws InputError that says how ids are written or lists the known names
 */
export function parseModelId(id: string): ModelSpec {
  const match = /^(.+?)(?:-w(\d+))?@(.+)$/.exec(id);
  if (!match) {
    throw new InputError(
      `${show(id)} is not a model id. Write ARCHITECTURE@ACTIVATION or ARCHITECTURE-wWIDTH@ACTIVATION, such as ` +
        `"resnet18@kwta:0.1" or "small-cnn-w8@relu". Architectures: ${Object.keys(ARCHITECTURES).join(", ")}.`,
    );
  }
  const [, architecture, digits, activation] = match as unknown as [string, string, string | undefined, string];
  const { defaultWidth } = lookUp("architecture", architecture, ARCHITECTURES);
  const width = digits === undefined ? defaultWidth : Number(digits);
  if (width < 1) throw new InputError(`The width in ${show(id)} is ${width}; it must be at least 1.`);
  return { architecture, width, activation: inputErrors(() => parseActivation(activation)) };
}

/** The id that {@link parseModelId} reads as this spec, without what is the default anyway. */
export function formatModelId({ architecture, width, activation }: ModelSpec): string {
  const { defaultWidth } = lookUp("architecture", architecture, ARCHITECTURES);
  return `${architecture}${width === defaultWidth ? "" : `-w${width}`}@${formatActivation(activation)}`;
}

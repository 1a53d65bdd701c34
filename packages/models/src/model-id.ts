import { InputError, show } from "@kwta/core";
import { formatActivation, parseActivations, type Activation } from "@kwta/op";
import { ARCHITECTURES, findArchitecture } from "./networks/index.ts";
import { inputErrors } from "./build/checks.ts";

/** What a model id says. */
export interface ModelSpec {
  /** `"resnet18"`, `"wideresnet28-10"`, `"mnist-cnn"`, ... */
  readonly architecture: string;
  /**
   * Channels of the first convolution, or what else the architecture counts as its width; an id that names none means the
   * architecture's own. 0 where there is no width.
   */
  readonly width: number;
  /** Units of the hidden dense layers, where an id can choose them and does. */
  readonly hidden?: readonly number[];
  /** What stands in the activation slots: one for all, or a list with one for each stage. */
  readonly activation: Activation | readonly Activation[];
}

/**
 * Reads a model id, `ARCHITECTURE[-wWIDTH][-hHIDDEN]@ACTIVATION[,ACTIVATION...]`: `"resnet18@kwta:0.1"`,
 * `"resnet18-w16@relu"`, `"mnist-cnn-h128@kwta:0.1,kwta:0.02"`, `"mlp-h64x32@relu"`. Several activations are one for each
 * stage; `KEY=VALUE` belongs to the one before it, as in `"resnet18@kwta:0.1,boost=1.5"`.
 *
 * @throws InputError that says how ids are written or lists the known names
 */
export function parseModelId(id: string): ModelSpec {
  const match = /^(.+?)(?:-w(\d+))?(?:-h(\d+(?:x\d+)*))?@(.+)$/.exec(id);
  if (!match) {
    throw new InputError(
      `${show(id)} is not a model id. Write ARCHITECTURE@ACTIVATION or ARCHITECTURE-wWIDTH@ACTIVATION, such as ` +
        `"resnet18@kwta:0.1" or "small-cnn-w8@relu". Architectures: ${Object.keys(ARCHITECTURES).join(", ")}.`,
    );
  }
  const [, architecture, width, hidden, activations] = match as unknown as [string, string, ...(string | undefined)[]];
  const own = findArchitecture(architecture);
  if (width !== undefined && !own.width) refuse(id, `${architecture} has no width`, "-w");
  if (width !== undefined && Number(width) < 1) {
    throw new InputError(`The width in ${show(id)} is ${Number(width)}; it must be at least 1.`);
  }
  const units = hidden?.split("x").map(Number);
  if (units && !own.hidden) refuse(id, `${architecture} has no hidden layers to choose`, "-h");
  if (units && units.length > 1 && own.hidden!.length === 1) refuse(id, `${architecture} takes one number`, "x");
  const parsed = inputErrors(() => parseActivations(activations!));
  return {
    architecture,
    width: width === undefined ? (own.width?.default ?? 0) : Number(width),
    ...(units && { hidden: units }),
    activation: parsed.length === 1 ? parsed[0]! : parsed,
  };
}

/** The id that {@link parseModelId} reads as this spec, without what is the default anyway. */
export function formatModelId({ architecture, width, hidden, activation }: ModelSpec): string {
  const own = findArchitecture(architecture);
  const w = width === (own.width?.default ?? 0) ? "" : `-w${width}`;
  const h = hidden === undefined || String(hidden) === String(own.hidden) ? "" : `-h${hidden.join("x")}`;
  const list = Array.isArray(activation) ? (activation as readonly Activation[]) : [activation as Activation];
  return `${architecture}${w}${h}@${list.map(formatActivation).join(",")}`;
}

function refuse(id: string, reason: string, part: string): never {
  throw new InputError(`${show(id)} is not a model id: ${reason}. Leave out what ${show(part)} says.`);
}

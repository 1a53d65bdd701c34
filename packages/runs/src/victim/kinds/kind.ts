import type { Bounds } from "@kwta/attacks";
import type { OpenVictim, VictimImages, VictimKindName, VictimOptions, VictimSettings } from "../victim-settings.ts";

/** A kind of model that can be named. */
export interface VictimKind {
  readonly name: VictimKindName;
  /** For people: `"an ONNX file"`. */
  readonly called: string;
  /** Which options it takes besides those of {@link RANGE}. */
  readonly options: readonly (keyof VictimOptions)[];
  /** Whether this names one. */
  is(what: string): Promise<boolean>;
  open(settings: VictimSettings, images: VictimImages): Promise<OpenVictim>;
}

/** Options that every kind takes. */
export const RANGE: readonly (keyof VictimOptions)[] = ["bounds", "mean", "std"];

/** Those of them that were given. */
export function rangeOf({ bounds, mean, std }: VictimOptions): {
  readonly bounds?: Bounds;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
} {
  return { ...(bounds && { bounds }), ...(mean && { mean }), ...(std && { std }) };
}

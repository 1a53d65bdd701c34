import { ARCHITECTURES } from "./networks/index.ts";

/** An architecture that a model id can name. */
export interface ArchitectureInfo {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What `-wN` in an id changes, and from where; absent where an id takes none. */
  readonly width?: { readonly of: string; readonly default: number };
  /** Units of the hidden dense layers, which `-hN` in an id changes; absent where an id takes none. */
  readonly hidden?: readonly number[];
}

/** All architectures that have a name. WideResNets of other sizes, such as `wideresnet16-4`, can be built as well. */
export function architectures(): ArchitectureInfo[] {
  return Object.entries(ARCHITECTURES).map(([name, { summary, width, hidden }]) => ({
    name,
    summary,
    ...(width && { width }),
    ...(hidden && { hidden }),
  }));
}

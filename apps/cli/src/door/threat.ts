import { NORM_NAMES, type Norm } from "@kwta/attacks";
import { InputError } from "@kwta/core";

/** The size of a perturbation as a number or `"8/255"`, said with its norm: `{ linf: "8/255" }`. */
export type Sizes<T> = { readonly [N in Norm]?: T | undefined };

/**
 * The one norm that options name, and what they say of it.
 *
 * @throws InputError when they name none or several
 */
export function sizeOf<T>(options: Sizes<T>): { readonly norm: Norm; readonly eps: T } {
  const named = NORM_NAMES.filter((norm) => options[norm] !== undefined);
  if (named.length === 1) return { norm: named[0]!, eps: options[named[0]!]! };
  const found = named.length === 0 ? "none is" : `${named.join(" and ")} are`;
  throw new InputError(`One size of the perturbation is needed, and ${found} given. Say it like { linf: "8/255" }.`);
}

/** The other options. */
export function withoutSizes<T extends Sizes<unknown>>(options: T): Omit<T, Norm> {
  const rest = Object.entries(options).filter(([name]) => !NORM_NAMES.includes(name as Norm));
  return Object.fromEntries(rest) as Omit<T, Norm>;
}

import type { NetPicture } from "../compute/playground.ts";
import type { Problem } from "../compute/problems.ts";
import { number, percent } from "../ui/format.ts";

/** What stands below the picture of a net. */
export function numbersOf(net: NetPicture, { kind }: Problem, name: string): string {
  const loss = net.losses.at(-1)!;
  if (!Number.isFinite(loss)) return "The loss is no number any more: choose a smaller learning rate.";
  return `loss ${number(loss, 2)} · ${kind === "fit" ? describe(net, name) : `${percent(net.accuracy)} right`}`;
}

/** What there is to count of it. */
export function describe({ changes }: NetPicture, name: string): string {
  const pieces = `${changes.length + 1} linear pieces`;
  return name === "ReLU" ? `${pieces}, joined` : `${pieces}, ${changes.length} jumps`;
}

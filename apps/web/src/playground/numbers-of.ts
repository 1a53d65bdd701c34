import type { NetPicture } from "../compute/playground.ts";
import type { Problem } from "../compute/problems.ts";
import { count, number, percent } from "../ui/format.ts";
import { probe } from "./probe.ts";

/** What stands below the picture of a net. */
export function numbersOf(net: NetPicture, { kind }: Problem, name: string): string {
  const loss = net.losses.at(-1)!;
  if (!Number.isFinite(loss))
    return "The loss is no number any more: the learning rate is too large. Choose a smaller one.";
  return `loss ${number(loss, 2)} · ${kind === "fit" ? describe(net, name) : `${percent(net.accuracy)} right`}`;
}

/** What there is to count of a curve. */
export function describe({ pieces }: NetPicture, name: string): string {
  if (!pieces) return "nothing to draw";
  const lines = `${count(pieces.left.length)} linear pieces`;
  return name === "ReLU" ? `${lines}, joined` : `${lines}, ${count(pieces.left.length - 1)} jumps`;
}

/** What the tangent promises where the attacker goes, what the net gives there, and how many winners are others by then. */
export function probeText({ pieces }: NetPicture, { points }: Problem, at: number): string {
  if (!pieces) return "";
  const { from, promised, given, changed, winners } = probe(pieces, points, at);
  const who = `${changed} of ${winners} winners changed`;
  return `From ${number(from, 2)} to ${number(at, 2)}: the tangent promises ${number(promised, 2)}, the net gives ${number(given, 2)}; ${who}.`;
}

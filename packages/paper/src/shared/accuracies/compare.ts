import { differs, rate, type Rate } from "@kwta/evaluation";
import type { FigureNote } from "../../contract/figure-file.ts";
import type { AccuracyEstimate } from "./data.ts";

/** What the numbers say about a claim that the first is higher: nothing where chance explains the difference. */
export function verdict(a: AccuracyEstimate, b: AccuracyEstimate): FigureNote["kind"] {
  const asRate = ({ value, count }: AccuracyEstimate): Rate => rate(Math.round(value * count), count);
  if (!differs(asRate(a), asRate(b))) return "note";
  return a.value > b.value ? "agrees" : "differs";
}

/** `31 %` */
export function percent({ value }: AccuracyEstimate): string {
  return `${(100 * value).toFixed(0)} %`;
}

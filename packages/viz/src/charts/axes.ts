import type { Line } from "./line-series.ts";
import { pixelWidth } from "../text/text-width.ts";
import type { HorizontalAxis, ValueAxis } from "./line-chart-data.ts";

type Domain = readonly [low: number, high: number];

/** What is drawn along an axis. */
interface Scale {
  readonly domain: Domain;
  /** Whether the domain may grow to round numbers. */
  readonly nice: boolean;
  readonly log?: boolean;
  /** Places of the ticks; without them Vega chooses. */
  readonly ticks?: readonly number[];
  readonly format?: string;
}

/** Both axes of a chart. */
export interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  /** Whether something lies outside the plot. */
  readonly clip: boolean;
  /** Pixels that the last label of the horizontal axis needs to the right of the plot. */
  readonly right: number;
}

/** Domains, ticks and number formats for the data, in a picture about `width` pixels wide. */
export function chartAxes(x: HorizontalAxis, y: ValueAxis, lines: readonly Line[], width: number): Axes {
  const xs = lines.flatMap(({ points }) => points.map((point) => point.x));
  const ys = lines.flatMap(({ points, intervals }) => [
    ...points.map((point) => point.y),
    ...intervals.flatMap(({ low, high }) => [low, high]),
  ]);
  const { percent = false, domain = percent ? ([0, 1] as const) : undefined } = y;
  const xDomain = checkedDomain("horizontal", x.domain) ?? domainOf(xs, false);
  const yDomain = checkedDomain("vertical", domain) ?? domainOf(ys, true);
  const log = x.log === true;
  if (log && !(xDomain[0] > 0)) {
    throw new TypeError(`A logarithmic axis cannot begin at ${xDomain[0]}. Expected values above 0.`);
  }
  const ticks = ownTicks(xs, xDomain, width, log ? Math.log : Number);
  const xFormat = x.format ?? (ticks === undefined ? shortFormat(xDomain, 1e6) : ".4~g");
  const yFormat = y.format ?? (percent ? ".0%" : shortFormat(yDomain, 1e4));
  return {
    x: {
      domain: xDomain,
      nice: false,
      log,
      ...(ticks === undefined ? {} : { ticks }),
      ...(xFormat === undefined ? {} : { format: xFormat }),
    },
    y: { domain: yDomain, nice: domain === undefined, ...(yFormat === undefined ? {} : { format: yFormat }) },
    clip: xs.some((value) => isOutside(value, xDomain)) || ys.some((value) => isOutside(value, yDomain)),
    right: Math.max(18, labelWidth(xDomain[1]) / 2 + 2),
  };
}

function checkedDomain(name: string, domain: Domain | undefined): Domain | undefined {
  if (domain === undefined) return undefined;
  const [low, high] = domain;
  if (Number.isFinite(low) && Number.isFinite(high) && low < high) return domain;
  throw new TypeError(
    `The ${name} axis cannot go from ${low} to ${high}. Expected two finite numbers, the smaller one first.`,
  );
}

/** From the smallest to the largest value; with `fromZero` from 0, unless a value is below. */
function domainOf(values: readonly number[], fromZero: boolean): Domain {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (fromZero && low >= 0) low = 0;
  if (low < high) return [low, high];
  // Nothing, or one value alone: some room around it.
  if (values.length === 0 || high === 0) return [0, 1];
  return [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
}

function isOutside(value: number, [low, high]: Domain): boolean {
  return value < low || value > high;
}

/** Numbers of up to some five characters fit beside the plot; larger and smaller ones are written as 10k, 1e+28 or 1e-6. */
function shortFormat([low, high]: Domain, limit: number): string | undefined {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size < 1e-3 || size >= 1e15) return "~e";
  return size >= limit ? "~s" : undefined;
}

/**
 * The measured places themselves as ticks, if they are few and far enough apart to be labelled. On a logarithmic axis
 * those that are too near to the next larger one go without a tick.
 */
function ownTicks(
  xs: readonly number[],
  [low, high]: Domain,
  width: number,
  scale: (x: number) => number,
): number[] | undefined {
  const values = [...new Set(xs)].filter((x) => x >= low && x <= high).sort((a, b) => a - b);
  if (values.length < 2 || values.length > 10 || values.some((x) => Math.abs(x) >= 1000)) return undefined;
  const widest = Math.max(...values.map(labelWidth));
  const pixels = (a: number, b: number): number => ((scale(b) - scale(a)) / (scale(high) - scale(low))) * 0.85 * width;
  if (scale === Number) {
    return values.every((x, i) => i === 0 || pixels(values[i - 1]!, x) >= widest + 10) ? values : undefined;
  }
  return values.reduceRight<number[]>(
    (kept, x) => (kept.length === 0 || pixels(x, kept[0]!) >= widest + 4 ? [x, ...kept] : kept),
    [],
  );
}

function labelWidth(value: number): number {
  return pixelWidth(String(Number(value.toPrecision(4))), 13);
}

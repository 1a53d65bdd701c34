import { decimal, picture, textAt, type Picture } from "../svg/picture.ts";
import { pixelWidth, wrapText } from "../text/text-width.ts";
import { palette } from "./palette.ts";

/** A share with its interval. */
export interface DotValue {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** One row of a {@link DotPlotData}. */
export interface DotRow {
  readonly name: string;
  /** One for each series; null where there is none. */
  readonly values: readonly (DotValue | null)[];
}

/** Shares of named things in several ways: a row for each thing, a mark for each way. */
export interface DotPlotData {
  /** What the shares are: `"accuracy"`. */
  readonly label: string;
  readonly series: readonly string[];
  readonly rows: readonly DotRow[];
}

const size = { text: 12, row: 12, gap: 12, legend: 24, foot: 40 };

/** Draws shares from 0 to 100 %, with their intervals, in rows under a legend. Marks differ in colour and shape. */
export function dotPlot({ label, series, rows }: DotPlotData, width: number): Picture {
  const room = Math.min(0.42 * width, 6 + Math.max(...rows.map(({ name }) => pixelWidth(name, size.text))));
  const names = rows.map(({ name }) => wrapText(name, room - 6, size.text));
  const height = Math.max(size.row * series.length, 15 * Math.max(...names.map((lines) => lines.length))) + size.gap;
  // Half of the last label stands to the right of the plot.
  const [left, right] = [room + 6, width - 24];
  const x = (share: number): number => left + (right - left) * share;
  const top = size.legend + 8;
  const end = top + rows.length * height;
  const grid = TICKS.map(
    (share) =>
      `<path d="M${decimal(x(share))} ${top}V${end}" stroke="currentColor" stroke-opacity="${share === 0 ? 0.5 : 0.15}"/>` +
      textAt(`${100 * share}%`, x(share), end + 16, { anchor: "middle", opacity: 0.85 }),
  );
  const body = rows.map(({ values }, i) => {
    const middle = top + height * (i + 0.5);
    const lines = names[i]!;
    const text = lines.map((line, j) =>
      textAt(line, room, middle + 4 + 15 * (j - (lines.length - 1) / 2), { anchor: "end" }),
    );
    const dots = values.map((value, s) =>
      value === null ? "" : dot(value, s, x, middle + size.row * (s - (series.length - 1) / 2)),
    );
    const rule =
      i === 0 ? "" : `<path d="M0 ${decimal(top + height * i)}H${right}" stroke="currentColor" stroke-opacity="0.1"/>`;
    return rule + text.join("") + dots.join("");
  });
  let at = left;
  const legend = series.map((name, s) => {
    const here = at;
    at += 30 + pixelWidth(name, size.text);
    return mark(s, here + 6, 10) + textAt(name, here + 16, 14);
  });
  const foot = textAt(label, (left + right) / 2, end + 34, { anchor: "middle", size: 13 });
  const description = `${label} of ${rows.map(({ name }) => name).join(", ")}: ${series.join(", ")}.`;
  return picture(width, Math.ceil(end + size.foot), description, [...grid, ...legend, ...body, foot].join(""));
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

function dot({ value, low, high }: DotValue, index: number, x: (share: number) => number, y: number): string {
  const bar = `<path d="M${decimal(x(low))} ${decimal(y)}H${decimal(x(high))}" stroke="${color(index)}" stroke-width="2" stroke-opacity="0.55"/>`;
  return bar + mark(index, x(value), y);
}

function mark(index: number, x: number, y: number): string {
  const at = (dx: number, dy: number): string => `${decimal(x + dx)} ${decimal(y + dy)}`;
  const shapes = [
    `<circle cx="${decimal(x)}" cy="${decimal(y)}" r="4.5"`,
    `<path d="M${at(-4, -4)}L${at(4, -4)}L${at(4, 4)}L${at(-4, 4)}Z"`,
    `<path d="M${at(0, -5)}L${at(5, 4)}L${at(-5, 4)}Z"`,
    `<path d="M${at(0, -5.5)}L${at(5.5, 0)}L${at(0, 5.5)}L${at(-5.5, 0)}Z"`,
  ];
  return `${shapes[index % shapes.length]!} fill="${color(index)}"/>`;
}

function color(index: number): string {
  return palette[index % palette.length]!;
}

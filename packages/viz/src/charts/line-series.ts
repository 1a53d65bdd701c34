/** `[x, y]`, or `[x, y, low, high]` where an interval around `y` is known. */
export type LinePoint = readonly [x: number, y: number, low?: number, high?: number];

/** One line of a {@link LineChartData}. */
export interface LineSeries {
  readonly name: string;
  /** `null` interrupts the line on purpose. */
  readonly points: readonly (LinePoint | null)[];
  /**
   * Dashes, or dots.
   *
   * @defaultValue `false`; dots from the seventh line on, whose colour and mark repeat
   */
  readonly dashed?: boolean | "dots";
  /**
   * Width of the line in pixels; 0 leaves marks alone.
   *
   * @defaultValue `2`
   */
  readonly weight?: number;
  /**
   * Whether points carry the marks that tell lines apart without colour.
   *
   * @defaultValue `true`
   */
  readonly marks?: boolean;
  /**
   * The mark on its points, as Vega calls it: `"square"`.
   *
   * @defaultValue another one for each line of a chart
   */
  readonly shape?: string;
  /**
   * Any CSS colour; lines that belong together may share one.
   *
   * @defaultValue the next colour of {@link palette}
   */
  readonly color?: string;
}

/** A point that can be drawn. `part` counts the unbroken stretches of a line. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly part: number;
}

/** An interval that can be drawn. `part` counts the unbroken stretches of a band. */
interface Interval {
  readonly x: number;
  readonly low: number;
  readonly high: number;
  readonly part: number;
}

/** Everything about one line that the picture needs. */
export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  readonly intervals: readonly Interval[];
  /** Points that are not finite. */
  readonly skipped: number;
  readonly color: string;
  readonly shape: string;
  readonly dash: readonly number[];
  readonly weight: number;
  readonly marks: boolean;
}

const shapes: readonly string[] = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];

/** The line number `index` of a chart. A point that is not finite breaks it, a point without interval breaks its band. */
export function toLine(series: LineSeries, index: number, colors: readonly string[]): Line {
  const points: Point[] = [];
  const intervals: Interval[] = [];
  let [skipped, breaks, missing] = [0, 0, 0];
  for (const point of series.points) {
    if (point === null) {
      breaks++;
      missing++;
      continue;
    }
    const [x, y, low, high] = point;
    const drawable = isFinite(x) && isFinite(y);
    if (drawable) points.push({ x: rounded(x), y: rounded(y), part: skipped + breaks });
    else skipped++;
    if (drawable && low !== undefined && high !== undefined && isFinite(low) && isFinite(high)) {
      intervals.push({ x: rounded(x), low: rounded(low), high: rounded(high), part: missing });
    } else missing++;
  }
  return {
    name: series.name,
    points,
    intervals,
    skipped,
    color: series.color ?? colors[index % colors.length]!,
    shape: series.shape ?? shapes[index % shapes.length]!,
    dash: dashes(series.dashed ?? (index < shapes.length ? false : "dots")),
    weight: series.weight ?? 2,
    marks: series.marks ?? true,
  };
}

function dashes(dashed: boolean | "dots"): readonly number[] {
  return dashed === false ? [] : dashed === true ? [6, 4] : [2, 3];
}

/** Six significant digits: more than any screen shows, and the same text for the same picture. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** Where to put the marks that tell lines apart without colour: on every point, or on eight of a long line. */
export function markedPoints(points: readonly Point[], index: number): readonly Point[] {
  if (points.length <= 24) return points;
  const step = points.length / 8;
  // Each line starts elsewhere, so that the marks of close lines do not cover each other.
  return Array.from({ length: 8 }, (_, i) => points[Math.floor(step * (i + ((0.5 + index * 0.37) % 1)))]!);
}

import { viridis } from "./viridis.ts";
import { encodePng, pngDataUri } from "../images/image.ts";
import { decimal, picture, textAt, type Picture } from "../svg/picture.ts";
import { pixelWidth } from "../text/text-width.ts";
import { niceTicks, tickLabel } from "../text/ticks.ts";
import type { LabelledSurface, SurfaceAxis } from "./labelled-surface.ts";
import { axisTicks, labelled } from "./surface-plot.ts";

const margin = { left: 52, right: 18, top: 8, bottom: 36 };

/** The surface seen from above, its heights as colours. A cross marks the place where x and y are 0. */
export function heatMap(surface: LabelledSurface, domain: readonly [number, number], width: number): Picture {
  const side = width - margin.left - margin.right;
  const [columns, rows] = [surface.x.length, surface.y.length];
  const href = pngDataUri(pixels(surface, domain));
  const image = `<image x="${margin.left}" y="${margin.top}" width="${side}" height="${side}" preserveAspectRatio="none" href="${href}"/>`;
  // The places of the grid are the middles of the cells.
  const x = (at: number): number => margin.left + side * (0.5 + (at * (columns - 1)) / columns);
  const y = (at: number): number => margin.top + side * (0.5 - (at * (rows - 1)) / rows);
  const size = 11;
  const soft = { size, opacity: 0.85 };
  const foot = margin.top + side;
  // Middles of the names stand at the middle of the image, so that they may reach as far as its nearer border does.
  const [xName, yName] = [
    fitting(surface.axes.x, side + 2 * margin.right, size),
    fitting(surface.axes.y, side + 2 * margin.top, size),
  ];
  const text = [
    ...labelled(axisTicks(surface.x)).map(({ value, at }) =>
      textAt(tickLabel(value), x(at), foot + 14, { ...soft, anchor: "middle" }),
    ),
    ...labelled(axisTicks(surface.y)).map(({ value, at }) =>
      textAt(tickLabel(value), margin.left - 4, y(at) + 4, { ...soft, anchor: "end" }),
    ),
    textAt(xName, margin.left + side / 2, foot + 30, { ...soft, anchor: "middle" }),
    textAt(yName, 10, margin.top + side / 2, { ...soft, anchor: "middle", turn: -90 }),
  ];
  const cross = `<path d="${plus(x(place(surface.x)), y(place(surface.y)))}" stroke="#fff" stroke-width="3"/><path d="${plus(x(place(surface.x)), y(place(surface.y)))}" stroke="#1c2127" stroke-width="1.5"/>`;
  return picture(width, foot + margin.bottom, surface.label, image + cross + text.join(""));
}

/** The name of an axis, or its short form where that alone has room. */
function fitting({ name, short = name }: SurfaceAxis, room: number, size: number): string {
  return pixelWidth(name, size) <= room ? name : short;
}

/** Zero on the axis, from -1/2 to 1/2. */
function place(values: readonly number[]): number {
  const [low, high] = [values[0]!, values.at(-1)!];
  return -low / (high - low) - 0.5;
}

function plus(x: number, y: number): string {
  const [left, top] = [decimal(x), decimal(y)];
  return `M${left} ${decimal(y - 4)}v8M${decimal(x - 4)} ${top}h8`;
}

/** One image with whole pixels for each cell: no seams, and programs that smooth images hardly blur it. */
function pixels({ z }: LabelledSurface, [low, high]: readonly [number, number]): Uint8Array {
  const [rows, columns] = [z.length, z[0]!.length];
  const cell = Math.max(1, Math.round(320 / Math.max(rows, columns)));
  const [height, width] = [rows * cell, columns * cell];
  const image = new Uint8Array(height * width * 4);
  for (let i = 0; i < height; i++) {
    // y grows upwards.
    const row = z[rows - 1 - Math.floor(i / cell)]!;
    for (let j = 0; j < width; j++) {
      const value = row[Math.floor(j / cell)]!;
      // A hole stays transparent.
      if (value !== null) image.set([...viridis((value - low) / (high - low)), 255], 4 * (i * width + j));
    }
  }
  return encodePng({ image, shape: [height, width, 4] }).png;
}

/** What the colours of all surfaces mean: `name` is what their heights are. */
export function colorBar(name: string, [low, high]: readonly [number, number], width: number): Picture {
  const left = 10 + pixelWidth(name, 13);
  const bar = Math.min(320, width - left - 20);
  const colors = Uint8Array.from({ length: 256 * 3 }, (_, i) => viridis(Math.floor(i / 3) / 255)[i % 3]!);
  const href = pngDataUri(encodePng({ image: colors, shape: [1, 256, 3] }).png);
  const ticks = niceTicks(low, high, 5).map((value) =>
    textAt(tickLabel(value), left + (bar * (value - low)) / (high - low), 30, { anchor: "middle" }),
  );
  const body =
    textAt(name, 0, 12, { size: 13 }) +
    `<image x="${left}" y="2" width="${bar}" height="12" preserveAspectRatio="none" href="${href}"/>${ticks.join("")}`;
  return picture(width, 34, `Colours of the ${name} from ${round(low)} to ${round(high)}.`, body);
}

function round(value: number): number {
  return Number(value.toPrecision(2));
}

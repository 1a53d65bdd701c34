import { GRID, REACH } from "../compute/grid.ts";
import type { NetPicture } from "../compute/playground.ts";
import type { Problem } from "../compute/problems.ts";
import { colour } from "../theme.ts";

/** Draws what a net takes each place for, blue or orange, as deep as it is sure, and the points that it learns from. */
export function drawHeatMap(
  canvas: HTMLCanvasElement,
  { points, targets }: Problem,
  net: NetPicture | undefined,
  hard: boolean,
): void {
  const size = Math.round((canvas.clientWidth || 400) * Math.min(2, devicePixelRatio));
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const context = canvas.getContext("2d")!;
  const [middle, ...classes] = ["--page", "--class-0", "--class-1"].map((name) => rgb(colour(name))) as [Rgb, Rgb, Rgb];
  context.fillStyle = `rgb(${middle.join(" ")})`;
  context.fillRect(0, 0, size, size);
  if (net) {
    context.imageSmoothingEnabled = !hard;
    context.drawImage(small(net.scores, middle, classes, hard), 0, 0, size, size);
  }
  const radius = size / 78;
  context.lineWidth = radius / 2.4;
  context.strokeStyle = colour("--page");
  for (const [i, target] of targets.entries()) {
    const [x, y] = [points[2 * i]!, points[2 * i + 1]!].map((at) => at / (2 * REACH)) as [number, number];
    context.fillStyle = colour(`--class-${target}`);
    context.beginPath();
    context.arc(size * (0.5 + x), size * (0.5 - y), radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

type Rgb = readonly [number, number, number];

/** One pixel for each point of the grid. */
function small(scores: Float32Array, middle: Rgb, classes: readonly Rgb[], hard: boolean): HTMLCanvasElement {
  const side = GRID;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(side, side);
  for (const [i, score] of scores.entries()) {
    const towards = classes[score > 0 ? 1 : 0]!;
    const sure = hard ? 0.62 : 0.72 * Math.abs(Math.tanh(score / 2.5));
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = middle[c]! + sure * (towards[c]! - middle[c]!);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** `#rrggbb` as numbers. */
function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

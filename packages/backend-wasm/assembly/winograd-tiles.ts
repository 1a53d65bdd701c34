import { transformStridedInput } from "./strided-transforms";
import { transformInput, transformInputAtBorder } from "./winograd-transforms";

/** How many numbers a transformed tile has. */
// @ts-ignore: decorator
@inline
export function numbersOf(stride: i32): i32 {
  return stride == 1 ? 36 : 81;
}

/** Bytes from one of the matrices to the next: one cache line more than it has, else all would meet in one cache set. */
// @ts-ignore: decorator
@inline
export function apart(bytes: usize): usize {
  return bytes + 64;
}

/** Transforms one tile of the input; four channels lie `channelStep` bytes after the four before. */
export function inputTile(
  x: usize,
  h: i32,
  w: i32,
  ci: i32,
  top: i32,
  left: i32,
  tileRows: i32,
  tileColumns: i32,
  stride: i32,
  tile: i32,
  to: usize,
  channelStep: usize,
  step: usize,
  temporary: usize,
): void {
  const sample = tile / (tileRows * tileColumns);
  const place = tile % (tileRows * tileColumns);
  const row = (place / tileColumns) * 4 * stride - top;
  const column = (place % tileColumns) * 4 * stride - left;
  const columnStep = (<usize>ci) << 2;
  const rowStep = (<usize>w) * columnStep;
  let from = x + (<usize>((sample * h + row) * w + column)) * columnStep;
  const end = to + (<usize>(ci >> 2)) * channelStep;
  if (stride == 2) {
    while (to < end) {
      transformStridedInput(from, rowStep, columnStep, to, step, temporary, -row, h - row, -column, w - column);
      from += 16;
      to += channelStep;
    }
  } else if (row >= 0 && column >= 0 && row + 6 <= h && column + 6 <= w) {
    while (to < end) {
      transformInput(from, rowStep, columnStep, to, step, temporary);
      from += 16;
      to += channelStep;
    }
  } else {
    while (to < end) {
      transformInputAtBorder(from, rowStep, columnStep, to, step, temporary, -row, h - row, -column, w - column);
      from += 16;
      to += channelStep;
    }
  }
}

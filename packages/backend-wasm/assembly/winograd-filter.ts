import { COLUMNS } from "./multiply";
import { roundUp, transpose4 } from "./simd";
import { transformStridedFilter } from "./strided-transforms";
import { apart } from "./winograd-tiles";
import { transformFilter } from "./winograd-transforms";

@unmanaged
class Filter {
  /** [3, 3, ci, co]. */
  filter: usize;
  /** [36][co / 8][ci][8]; where `turned`, [36][ci / 8][co][8]. */
  u: usize;
  ci: i32;
  co: i32;
  /** Whether to turn the filters by 180 degrees and to swap their channels, for the gradient by the input. */
  turned: i32;
  stride: i32;
}

/** Transforms the filters of eight channels of the result, one panel. */
export function winogradFilter(p: usize, chunk: i32, scratch: usize): void {
  const g = changetype<Filter>(p);
  const inner = g.turned ? g.co : g.ci;
  const outer = g.turned ? g.ci : g.co;
  const panel = (<usize>inner) << 5;
  const step = apart((<usize>(roundUp(outer, COLUMNS) / COLUMNS)) * panel);
  const to = g.u + (<usize>chunk) * panel;
  const temporary = scratch + 4 * TAPS * 16;
  transformPanel(g.filter, inner, outer, g.turned, g.stride, chunk * COLUMNS, to, step, scratch, temporary);
}

/**
 * @param inner how many channels are summed over
 * @param outer how many channels the result has
 * @param first the first of eight of them
 * @param loaded memory for 36 vectors
 */
export function transformPanel(
  filter: usize,
  inner: i32,
  outer: i32,
  turned: i32,
  stride: i32,
  first: i32,
  to: usize,
  step: usize,
  loaded: usize,
  temporary: usize,
): void {
  const tap = (<usize>(inner * outer)) << 2;
  const row = (<usize>(turned ? inner : outer)) << 2;
  for (let channel = 0; channel < inner; channel += 4) {
    for (let half = 0; half < COLUMNS; half += 4) {
      const column = first + half;
      // The rest of a panel that is half full must be finite.
      if (column >= outer) memory.fill(loaded, 0, 4 * TAPS * 16);
      else if (turned) loadTurned(filter + (<usize>column) * row + ((<usize>channel) << 2), tap, row, loaded);
      else loadFilters(filter + (<usize>channel) * row + ((<usize>column) << 2), tap, row, loaded);
      let place = to + ((<usize>channel) << 5) + ((<usize>half) << 2);
      for (let i = 0; i < 4; i++) {
        if (stride == 1) transformFilter(loaded + <usize>(i * TAPS * 16), place, step, temporary);
        else transformStridedFilter(loaded + <usize>(i * TAPS * 16), place, step, temporary);
        place += 4 * COLUMNS;
      }
    }
  }
}

/** Numbers of one filter. */
export const TAPS = 9;

/** Four rows of four channels to [4][9][4]. */
function loadFilters(from: usize, tap: usize, row: usize, to: usize): void {
  for (let i = 0; i < TAPS; i++) {
    for (let j = 0; j < 4; j++) v128.store(to + <usize>(j * TAPS * 16), v128.load(from + (<usize>j) * row));
    from += tap;
    to += 16;
  }
}

/** As {@link loadFilters} with rows and channels exchanged and the taps in reverse. */
function loadTurned(from: usize, tap: usize, row: usize, to: usize): void {
  to += (TAPS - 1) * 16;
  for (let i = 0; i < TAPS; i++) {
    transpose4(from, row, to, TAPS * 16);
    from += tap;
    to -= 16;
  }
}

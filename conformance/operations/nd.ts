/** Numbers in double precision, in rows: what operations are held against. */
export interface Nd {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** How many numbers a shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Where an index is. */
export function offset(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((sum, place, axis) => sum * shape[axis]! + place, 0);
}

/** All indices of a shape, in order. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (list, size) => list.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

/** Numbers by their indices. */
export function fill(shape: readonly number[], value: (index: number[]) => number): Nd {
  return { shape, values: indices(shape).map(value) };
}

/** The number at an index. */
export function at({ shape, values }: Nd, index: readonly number[]): number {
  return values[offset(shape, index)]!;
}

/** The number at an index that goes by the rules of broadcasting. */
export function atBroadcast(x: Nd, index: readonly number[]): number {
  const own = index.slice(index.length - x.shape.length);
  return at(
    x,
    own.map((place, axis) => (x.shape[axis] === 1 ? 0 : place)),
  );
}

/** The shape of what is computed from two. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const size = (shape: readonly number[], axis: number): number => shape[axis - (rank - shape.length)] ?? 1;
  return Array.from({ length: rank }, (_, axis) => (size(a, axis) === 1 ? size(b, axis) : size(a, axis)));
}

/** A list with another value at a place. */
export function replace<T>(list: readonly T[], place: number, value: T): T[] {
  return list.map((old, i) => (i === place ? value : old));
}

/** A list with one value more at a place. */
export function insert<T>(list: readonly T[], place: number, value: T): T[] {
  return [...list.slice(0, place), value, ...list.slice(place)];
}

/** A list without the value at a place. */
export function remove<T>(list: readonly T[], place: number): T[] {
  return list.filter((_, i) => i !== place);
}

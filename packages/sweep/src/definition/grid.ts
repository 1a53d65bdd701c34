import type { SettingValue, SweepSettings } from "./sweep-definition.ts";

/** One point of a grid: the texts of its options. */
export type GridPoint = Readonly<Record<string, string>>;

/** How many points {@link gridPoints} makes. */
export function gridSize(settings: SweepSettings): number {
  return Object.values(settings).reduce<number>((size, value) => size * valuesOf(value).length, 1);
}

/** All combinations of the values of lists; the last option changes fastest. */
export function gridPoints(settings: SweepSettings): GridPoint[] {
  return Object.entries(settings).reduce<GridPoint[]>(
    (points, [name, value]) =>
      points.flatMap((point) => valuesOf(value).map((each) => ({ ...point, [name]: String(each) }))),
    [{}],
  );
}

function valuesOf(value: SettingValue | readonly SettingValue[]): readonly SettingValue[] {
  return Array.isArray(value) ? (value as readonly SettingValue[]) : [value as SettingValue];
}

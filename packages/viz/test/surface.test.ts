import fc from "fast-check";
import { expect, test } from "vitest";
import { projectSurface, surfacePlot, svgToPng, viridis } from "../src/index.node.ts";

const angle = fc.double({ min: -180, max: 180, noNaN: true });
const flat = {
  x: [0, 1],
  y: [0, 1],
  z: [
    [0, 0],
    [0, 0],
  ],
};

test("the camera turns, then tilts", () => {
  const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      angle,
      fc.double({ min: 0, max: 90, noNaN: true }),
      fc.tuple(coordinate, coordinate, coordinate),
      (azimuth, elevation, [x, y, z]) => {
        const { project } = projectSurface(flat, { azimuth, elevation });
        const [a, e] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
        // Turned so that the camera looks along the first axis, then tilted around the second.
        const turned = [x * Math.cos(a) + y * Math.sin(a), y * Math.cos(a) - x * Math.sin(a), z];
        const [right, up] = project(x, y, z);
        expect(right).toBeCloseTo(turned[1]!, 8);
        expect(up).toBeCloseTo(turned[2]! * Math.cos(e) - turned[0]! * Math.sin(e), 8);
      },
    ),
  );
  const above = projectSurface(flat, { azimuth: -90, elevation: 90 }).project;
  expect(above(0.3, 0.2, 5)).toEqual([0.3, 0.2]);
});

test("whoever walks from a cell towards the camera meets only cells that are drawn later", () => {
  const x = [0, 0.1, 0.5, 0.6, 1];
  const y = [-3, -1, 0, 4];
  const z = y.map(() => x.map(() => 0));
  const centred = (axis: readonly number[]): number[] =>
    axis.map((value) => (value - axis[0]!) / (axis.at(-1)! - axis[0]!) - 0.5);
  const inside = (axis: readonly number[], at: number): number =>
    axis.findIndex((value, i) => at >= value && at < axis[i + 1]!);
  const [xs, ys] = [centred(x), centred(y)];
  fc.assert(
    fc.property(
      angle,
      fc.double({ min: -0.5, max: 0.49, noNaN: true }),
      fc.double({ min: -0.5, max: 0.49, noNaN: true }),
      (azimuth, startX, startY) => {
        const { polygons } = projectSurface({ x, y, z }, { azimuth });
        const order = new Map(polygons.map(({ row, column }, i) => [`${row} ${column}`, i]));
        let last = -1;
        for (let step = 0; ; step += 0.01) {
          const column = inside(xs, startX + step * Math.cos((azimuth * Math.PI) / 180));
          const row = inside(ys, startY + step * Math.sin((azimuth * Math.PI) / 180));
          if (row < 0 || column < 0) return;
          const place = order.get(`${row} ${column}`)!;
          expect(place).toBeGreaterThanOrEqual(last);
          last = place;
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("a cell has the mean of its heights, and a height that is not finite leaves four holes", () => {
  const grid = {
    x: [0, 1, 2, 3],
    y: [0, 1, 2],
    z: [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ],
  };
  const { polygons, holes, domain } = projectSurface(grid);
  expect([polygons.length, holes, domain]).toEqual([6, 0, [0, 11]]);
  expect(polygons.find(({ row, column }) => row === 1 && column === 2)!.level).toBeCloseTo(8.5 / 11);
  for (const hole of [null, NaN, -Infinity]) {
    const z = grid.z.map((row, i) => row.map((value, j) => (i === 1 && j === 1 ? hole : value)));
    expect(projectSurface({ ...grid, z }).holes).toBe(4);
  }
  // The light comes from the upper left: what leans that way is brighter than what leans away.
  const light = (z: number[][]): number => projectSurface({ ...flat, z }, { domain: [0, 1] }).polygons[0]!.light;
  expect(
    light([
      [0, 1],
      [0, 1],
    ]),
  ).toBeGreaterThan(
    light([
      [1, 0],
      [1, 0],
    ]),
  );
});

test("no ground shines through a ragged surface, between its upper and its lower edge", async () => {
  const places = Array.from({ length: 25 }, (_, i) => i);
  let seed = 1;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const surface = { x: places, y: places, z: places.map((i) => places.map((j) => i / 24 + random() * (1 + j / 12))) };
  const axes = { x: { name: "x" }, y: { name: "y" }, z: { name: "z" } };
  const { svg, width, height } = surfacePlot({ label: "noise", ...surface, axes }, [0, 4], 420);
  const ground = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" color="#f0f"><rect width="100%" height="100%" fill="#f0f"/>${svg}</svg>`;
  // The renderer is ready after the first picture.
  await svgToPng(ground);
  const { Resvg } = await import("@resvg/resvg-wasm");
  const { pixels } = new Resvg(ground, { fitTo: { mode: "zoom", value: 2 } }).render();
  const isGround = (x: number, y: number): boolean => {
    const [red, green, blue] = pixels.subarray(4 * (2 * width * y + x));
    return red! > 150 && green! < 90 && blue! > 150;
  };
  const columns = Array.from({ length: 2 * width }, (_, x) =>
    Array.from({ length: 2 * height }, (_row, y) => (isGround(x, y) ? " " : "#"))
      .join("")
      .trim(),
  );
  // In each column the surface is in one piece, as it is in the plane that a column of the picture shows.
  expect(columns.filter((column) => column.length > 100).length).toBeGreaterThan(400);
  expect(columns.filter((column) => column.includes(" ")).length).toBe(0);
});

test("a grid that is no grid is refused", () => {
  expect(() => projectSurface({ ...flat, x: [0, 0] })).toThrow(/increasing order/);
  expect(() => projectSurface({ ...flat, x: [0] })).toThrow(/at least two places/);
  expect(() => projectSurface({ ...flat, z: [[0, 1]] })).toThrow(
    "A surface over 2 x 2 places needs 2 rows of 2 heights.",
  );
});

test("the colours are those of Matplotlib's viridis, lighter with each step", () => {
  expect([0, 0.5, 1, -1, 2].map((t) => viridis(t))).toEqual([
    [68, 1, 84],
    [33, 145, 140],
    [253, 231, 37],
    [68, 1, 84],
    [253, 231, 37],
  ]);
  const luminance = (t: number): number => {
    const [red, green, blue] = viridis(t).map((value) => (value / 255) ** 2.2);
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  for (let i = 0; i < 100; i++) expect(luminance((i + 1) / 100)).toBeGreaterThan(luminance(i / 100));
});

import { expect, test } from "vitest";
import { fasterBackend } from "../networks/faster-backend.mjs";
import type { Row } from "../driver/types.ts";
import { scaling } from "../backends/scaling.mjs";
import { summarise } from "../driver/statistics.mjs";

test("summarise gives median, smallest and largest, in any order of the values", () => {
  expect(summarise([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(summarise([10, 1, 4, 2])).toEqual({ median: 3, min: 1, max: 10 });
  expect(summarise([0.12345678])).toEqual({ median: 0.123457, min: 0.123457, max: 0.123457 });
  expect(() => summarise([])).toThrow(RangeError);
});

const row = (contestant: string, median: number, name = "net"): Row => ({
  case: name,
  contestant,
  median,
  min: median,
  max: median,
  unit: "images/s",
});

test("from one and two threads follow the serial share and the speed on more cores, by Amdahl's law", () => {
  // A tenth of the work is serial: 1 / (0.1 + 0.9 / 2).
  expect(scaling([row("a-1t", 100), row("a-2t", 100 / 0.55), row("b-1t", 5)])).toEqual([
    "a, from 1 and 2 threads: net 1.82x, serial 10 %, images/s 471 on 8, 640 on 16 cores.",
  ]);
  expect(scaling([row("a-1t", 100), row("a-2t", 90)])).toEqual([
    "a, from 1 and 2 threads: net 0.90x, serial 100 %, images/s 100 on 8, 100 on 16 cores.",
  ]);
});

test("of two backends on as many threads it is told which is faster where", () => {
  const rows = [
    row("kwta-wasm-1t", 10, "a"),
    row("kwta-tensorflow-1t", 20, "a"),
    row("kwta-wasm-1t", 10, "b"),
    row("kwta-tensorflow-1t", 5, "b"),
    row("kwta-tensorflow-2t", 7, "a"),
  ];
  expect(fasterBackend(rows)).toEqual([
    "On 1t, tensorflow is faster than wasm in 1 of 2 cases, and slower in b (0.50x).",
  ]);
  expect(fasterBackend(rows.slice(0, 2))).toEqual(["On 1t, tensorflow is faster than wasm in 1 of 1 cases."]);
});

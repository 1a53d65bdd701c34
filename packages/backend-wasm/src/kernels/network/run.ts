import type { Network } from "./network.ts";
import type { Area, Fixed, Place, Plan } from "./plan.ts";
import type { Call } from "./step.ts";

/** Does what a plan says. */
export function run(
  { steps, constants, constantsInAll }: Network,
  { tasks, arena }: Plan,
  call: Call,
  areas: Readonly<Partial<Record<Area, number>>>,
  { statistics = 0, moved = [], byWeights = [] }: Partial<Omit<Fixed, "constants">> = {},
): void {
  const { host, count } = call;
  const before = 4 * Math.ceil(constantsInAll / ALIGNED) * ALIGNED;
  host.borrow(before + 4 * count * arena + 4, (memory) => {
    const all: typeof areas = { ...areas, arena: memory + before };
    const at = ({ area, offset }: Place): number => all[area]! + 4 * count * offset;
    const fixed = { constants: memory, statistics, moved, byWeights };
    steps.forEach((step, i) => step.prepare?.(call, memory + 4 * constants[i]!));
    for (const task of tasks) task(call, at, fixed);
  });
}

/** Floats of a cache line. */
const ALIGNED = 16;

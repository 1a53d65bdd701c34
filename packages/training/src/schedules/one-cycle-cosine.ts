import { defineSchedule, type ScheduleShape } from "./schedule.ts";

const PARAMS = {
  peak: { type: "number", default: 0.1, min: 0, description: "The highest learning rate." },
  warmup: { type: "number", default: 0.3, min: 0, max: 1, description: "Share of all steps in which it rises." },
  divide: { type: "number", default: 25, min: 1, description: "It begins at peak / divide," },
  divideEnd: { type: "number", default: 1e4, min: 1, description: "and ends at peak / divide / divideEnd." },
} as const;

/** PyTorch's `OneCycleLR` with its defaults: half a cosine up, half a cosine down. */
export const oneCycleCosine: ScheduleShape<typeof PARAMS> = defineSchedule({
  id: "one-cycle-cosine",
  summary: "PyTorch's OneCycleLR: half a cosine up, half a cosine down.",
  schema: PARAMS,
  rateAt({ peak, warmup, divide, divideEnd }, { step, totalSteps }) {
    const first = peak / divide;
    // PyTorch's own count: the last step stands at the very end, and the peak at a step that need not be whole.
    const turn = warmup * totalSteps - 1;
    if (turn > 0 && step <= turn) return between(first, peak, step / turn);
    return between(peak, first / divideEnd, (step - turn) / (totalSteps - 1 - turn));
  },
});

function between(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
}

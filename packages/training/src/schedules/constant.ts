import { defineSchedule, warmUp, type ScheduleShape } from "./schedule.ts";

const PARAMS = {
  rate: { type: "number", default: 0.1, min: 0, description: "The learning rate." },
  warmup: { type: "number", default: 0, min: 0, description: "Epochs in which it rises linearly to that." },
} as const;

/** The same at every step, after a warm-up. */
export const constant: ScheduleShape<typeof PARAMS> = defineSchedule({
  id: "constant",
  summary: "The same at every step.",
  schema: PARAMS,
  rateAt: ({ rate, warmup }, position) => rate * warmUp(warmup, position),
});

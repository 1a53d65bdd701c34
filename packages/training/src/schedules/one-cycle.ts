import { defineSchedule, type ScheduleShape } from "./schedule.ts";

const PARAMS = {
  peak: { type: "number", default: 0.1, min: 0, description: "The highest learning rate." },
  warmup: { type: "number", default: 0.25, min: 0, max: 1, description: "Share of all steps in which it rises." },
} as const;

/** Rises linearly from 0 to `peak` over the first `warmup` of all steps, then falls linearly to 0. */
export const oneCycle: ScheduleShape<typeof PARAMS> = defineSchedule({
  id: "one-cycle",
  summary: "Rises linearly from 0, then falls linearly to 0.",
  schema: PARAMS,
  rateAt({ peak, warmup }, { step, totalSteps }) {
    const turn = warmup * totalSteps;
    const at = step + 0.5;
    return peak * (at < turn ? at / turn : (totalSteps - at) / (totalSteps - turn));
  },
});

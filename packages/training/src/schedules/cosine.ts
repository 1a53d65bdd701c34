import { defineSchedule, warmUp, type ScheduleShape } from "./schedule.ts";

const PARAMS = {
  start: { type: "number", default: 0.1, min: 0, description: "The first learning rate." },
  end: { type: "number", default: 0, min: 0, description: "Where it would be one step after the last." },
  warmup: { type: "number", default: 0, min: 0, description: "Epochs in which it rises linearly." },
} as const;

/** PyTorch's `CosineAnnealingLR`, step by step: half a cosine from `start` to `end` over all steps. */
export const cosine: ScheduleShape<typeof PARAMS> = defineSchedule({
  id: "cosine",
  summary: "Half a cosine, from one learning rate to another.",
  schema: PARAMS,
  rateAt({ start, end, warmup }, position) {
    const turn = Math.PI * (position.step / position.totalSteps);
    return (end + ((start - end) * (1 + Math.cos(turn))) / 2) * warmUp(warmup, position);
  },
});

import { defineSchedule, warmUp, type ScheduleShape } from "./schedule.ts";

const PARAMS = {
  start: { type: "number", default: 0.1, min: 0, description: "The first learning rate." },
  factor: { type: "number", default: 0.1, min: 0, description: "What it is multiplied by." },
  epochs: {
    type: "numbers",
    default: [50],
    min: 0,
    description: "At the beginning of each of these epochs, counted from 0.",
  },
  warmup: { type: "number", default: 0, min: 0, description: "Epochs in which it rises linearly to `start`." },
} as const;

/** PyTorch's `MultiStepLR`. The defaults are the paper's: 0.1, and 0.01 from epoch 50 of 80. */
export const steps: ScheduleShape<typeof PARAMS> = defineSchedule({
  id: "steps",
  summary: "Falls by a factor at the beginning of some epochs.",
  schema: PARAMS,
  rateAt({ start, factor, epochs, warmup }, position) {
    const epoch = Math.floor(position.step / position.stepsPerEpoch);
    return start * factor ** epochs.filter((at) => epoch >= at).length * warmUp(warmup, position);
  },
});

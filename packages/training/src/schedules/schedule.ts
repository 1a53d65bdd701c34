import type { ParamSchema, ParamsOf } from "@kwta/core";

/** Where a training is: the step about to be made, counted from 0, and the steps in an epoch and in all. */
export interface Position {
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** One shape of a learning rate: its parameters, and what it is at a step. */
export interface ScheduleShape<S extends ParamSchema = ParamSchema> {
  readonly id: string;
  /** One line for help texts. */
  readonly summary: string;
  readonly schema: S;
  /** With all parameters. */
  readonly rateAt: {
    rate(params: ParamsOf<S>, position: Position): number;
  }["rate"];
}

/** Types the parameters of a shape by its schema. */
export function defineSchedule<const S extends ParamSchema>(shape: ScheduleShape<S>): ScheduleShape<S> {
  return Object.freeze(shape);
}

/** What the rate of a step is multiplied by while it warms up: 1/n, 2/n, ..., 1 over the first n steps. */
export function warmUp(epochs: number, { step, stepsPerEpoch }: Position): number {
  return Math.min(1, (step + 1) / (epochs * stepsPerEpoch));
}

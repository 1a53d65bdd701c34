import type { NamedTensor } from "@kwta/core";
import type { Split } from "@kwta/datasets";
import type { Checkpoint } from "./checkpoint.ts";
import type { Ema } from "./ema.ts";
import type { Trainee } from "./make-step.ts";
import type { Phase } from "./phases.ts";
import type { OnDivergence } from "./settings.ts";
import type { TrainOptions } from "./train.ts";
import type { CheckedValidation } from "./validate.ts";
import { getWeights, readTensors } from "./weights.ts";

/** What all parts of a training share, with what changes while it goes on. */
export interface Running extends Omit<Trainee, "optimizer" | "extras" | "carried"> {
  readonly data: Split;
  readonly totalSteps: number;
  readonly totalEpochs: number;
  readonly validation: CheckedValidation | undefined;
  readonly onDivergence: OnDivergence;
  readonly options: TrainOptions;
  readonly state: RunningState;
}

/** What the end of an epoch leaves for the next one, and checkpoints keep. */
interface RunningState {
  /** Numbers by name: the best accuracy so far, hits in this epoch, .... */
  memory: Record<string, number>;
  /** The weights of the last epoch that was good, where one may have to go back to them. */
  good: ReadonlyMap<string, NamedTensor> | undefined;
}

/** A part of a training at work. */
export interface PhaseRun extends Running, Trainee {
  readonly phase: Phase;
  readonly ema: Ema | undefined;
}

/** Everything that is needed to go on from here. */
export async function checkpointOf(run: PhaseRun, step: number): Promise<Checkpoint> {
  const { model, optimizer, ema, carried, state } = run;
  const own = Object.entries(carried);
  return {
    step,
    weights: await getWeights(model),
    optimizer: await optimizer.state(),
    ...(ema && { ema: await ema.state() }),
    ...(own.length > 0 && { carried: await readTensors(own) }),
    ...(state.good && { good: state.good }),
    ...(Object.keys(state.memory).length > 0 && { memory: { ...state.memory } }),
  };
}

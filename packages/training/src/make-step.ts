import { InputError } from "@kwta/core";
import type { Batch } from "@kwta/datasets";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { TrainingBatch, TrainingMethod } from "./methods/method.ts";
import type { StepMetrics } from "./metrics.ts";
import type { MomentumSgd } from "./momentum-sgd.ts";
import type { NamedVariable } from "./weights.ts";

/** What all steps of a part of a training share. */
interface Trainee {
  readonly model: LayersModel;
  readonly method: TrainingMethod;
  readonly trainable: readonly NamedVariable[];
  readonly optimizer: MomentumSgd;
  readonly signal: AbortSignal | undefined;
}

/** What differs from step to step. */
interface StepSettings extends Pick<TrainingBatch, "step" | "epoch" | "seed"> {
  readonly learningRate: number;
}

type Measured = Pick<StepMetrics, "loss" | "accuracy" | "robustAccuracy">;

/** Crafts, differentiates and moves the weights. An attack that was stopped leaves them as they were. */
export async function makeStep(trainee: Trainee, batch: Batch, settings: StepSettings): Promise<Measured> {
  const { model, method, signal } = trainee;
  const { step, epoch, seed } = settings;
  const x = tf.tensor4d(batch.x, batch.shape);
  const labels = tf.tensor1d(batch.labels, "int32");
  const given: TrainingBatch = { x, labels, ids: batch.ids, step, epoch, seed };
  let attacked = x;
  try {
    attacked = (await method.craft?.(model, given, signal)) ?? x;
    return await descend(trainee, given, attacked, settings);
  } finally {
    tf.dispose([x, labels, attacked]);
  }
}

async function descend(
  { model, method, trainable, optimizer }: Trainee,
  batch: TrainingBatch,
  attacked: tf.Tensor4D,
  { step, learningRate }: StepSettings,
): Promise<Measured> {
  const variables = trainable.map(({ variable }) => variable);
  const results = new Map<keyof Measured, tf.Tensor>();
  try {
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => {
        const { loss, logits, robustLogits } = method.objective(model, batch, attacked);
        if (logits !== undefined) results.set("accuracy", tf.keep(countHits(logits, batch.labels)));
        if (robustLogits !== undefined) results.set("robustAccuracy", tf.keep(countHits(robustLogits, batch.labels)));
        return loss;
      }, variables);
      results.set("loss", tf.keep(value));
      optimizer.step(
        variables.map((variable) => grads[variable.name]!),
        learningRate,
      );
    });
    const names = [...results.keys()];
    const values = await Promise.all(names.map((name) => results.get(name)!.data()));
    const { loss, ...hits } = Object.fromEntries(names.map((name, i) => [name, values[i]![0]!])) as Measured;
    if (!Number.isFinite(loss)) {
      throw new InputError(
        `The loss became ${loss} at step ${step + 1}. Train with a lower learning rate than ${learningRate.toPrecision(3)}.`,
      );
    }
    const shares = Object.entries(hits).map(([name, count]) => [name, count / batch.ids.length]);
    return { loss, ...Object.fromEntries(shares) };
  } finally {
    tf.dispose([...results.values()]);
  }
}

function countHits(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  return tf.sum(tf.equal(tf.argMax(logits, 1), labels));
}

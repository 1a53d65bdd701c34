import { InputError } from "@kwta/core";
import { kwtaLayers } from "@kwta/op";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { checkGammaSettings, gammaEpochs, type GammaSchedule } from "../gamma.ts";
import { defineMethod, type MethodMaker } from "./method.ts";
import { standard } from "./standard.ts";

const PARAMS = {
  from: {
    type: "number",
    default: 0,
    min: 0,
    max: 1,
    description: "Sparsity ratio of the base training; 0 for that of the model.",
  },
  by: { type: "number", default: 0.005, min: 0, max: 1, description: "What each cut takes off it." },
  every: { type: "integer", default: 2, min: 1, description: "Epochs at each sparsity ratio." },
  to: { type: "number", default: 0.025, min: 0, max: 1, description: "The last sparsity ratio." },
  learningRate: { type: "number", default: 0.001, min: 0, description: "While gamma falls." },
  batchSize: {
    type: "integer",
    default: 0,
    min: 0,
    description: "While gamma falls; 0 for that of the base training.",
  },
} as const;

const base = standard();

/**
 * The paper's way to a small sparsity ratio: train at a larger one, then lower it slowly while training goes on, with a new
 * optimizer. `onGamma` of {@link train} receives the weights at the end of each sparsity ratio.
 *
 * From gamma 0.2 the defaults are the authors' for CIFAR-10: 0.195 in epochs 0 and 1 of the second part, 0.19 in 2 and 3,
 * ..., 0.025 in 68 and 69, at a learning rate of 0.001. For MNIST they took 0.001 off 0.1 after every epoch, down to 0.001.
 *
 * @see Xiao, Zhong, Zheng (ICLR 2020); `config/CIFAR/finetune.json` of the authors' code
 *
 * @example
 * ```ts
 * await train(model, data.train, { epochs: 100, batchSize: 512, method: incremental({ to: 0.08 }) });
 * ```
 */
export const incremental: MethodMaker<typeof PARAMS> = defineMethod({
  id: "incremental",
  summary: "Standard training, then a sparsity ratio that falls while training goes on.",
  params: PARAMS,
  phases({ learningRate, batchSize, ...params }, given, model) {
    const gamma: GammaSchedule = { ...scheduleOf(params), from: params.from || ownGamma(model) };
    checkGammaSettings(gamma);
    const falling = { ...given, epochs: gammaEpochs(gamma), learningRate, gamma };
    return [{ ...given, gamma: gamma.from }, batchSize === 0 ? falling : { ...falling, batchSize }];
  },
  objective: (_params, model, batch, attacked) => base.objective(model, batch, attacked),
});

function scheduleOf({ by, every, to }: Omit<GammaSchedule, "from">): Omit<GammaSchedule, "from"> {
  return { by, every, to };
}

function ownGamma(model: LayersModel): number {
  const gammas = new Set(kwtaLayers(model).map(({ gamma }) => gamma));
  if (gammas.size === 1) return [...gammas][0]!;
  throw new InputError(
    "Incremental training lowers the gamma of k-WTA, and this model has no single one. " +
      "Take a model such as small-cnn@kwta:0.2, or say where to begin: incremental:from=0.2.",
  );
}

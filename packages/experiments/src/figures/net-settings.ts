import { gammaEpochs } from "@kwta/training";
import type { RunSettings } from "../run-settings.ts";

/** A trained net that figures measure, by the settings of its training. */
export interface NetSettings {
  /** For legends: `"k-WTA ResNet18, γ = 0.1"`. */
  readonly label: string;
  /** The architecture for people: `"ResNet18"`. */
  readonly architecture: string;
  /** The activation that it is measured with: `"kwta:0.1"`. */
  readonly activation: string;
  readonly run: RunSettings;
  /** Of an incremental training: the net at the end of its time at this sparsity ratio. */
  readonly gamma?: number;
  /** The folder of an existing run, which is measured instead of a training of our own. */
  readonly folder?: string;
  /** What its training takes, in seconds of one core: only for the time that is left. */
  readonly seconds: number;
}

/** How a preset trains one architecture, with any activation and method. */
export interface NetPlan {
  /** For people: `"ResNet18"`. */
  readonly name: string;
  /** A model id without its activation: `"resnet18-w8"`. */
  readonly architecture: string;
  readonly dataset: RunSettings["dataset"];
  readonly training: RunSettings["training"];
  /** From the base's sparsity ratio down. */
  readonly incremental: Required<Pick<NonNullable<RunSettings["incremental"]>, "from" | "by" | "every" | "to">> &
    Pick<NonNullable<RunSettings["incremental"]>, "learningRate">;
  /** Those that figure 6 shows: some that the incremental training passes through. */
  readonly gammas: readonly number[];
  readonly adversarial: {
    readonly training: Partial<RunSettings["training"]>;
    /** Of the training images. */
    readonly subset?: number;
    readonly attack: NonNullable<RunSettings["adversarial"]>;
  };
  /** One image forward and backward, on one core: only for the time that is left. */
  readonly msPerImage: number;
}

/** A ReLU net, trained naturally. */
export function reluNet(plan: NetPlan): NetSettings {
  return net(plan, "relu", `ReLU ${plan.name}`, naturalRun(plan, "relu"));
}

/**
 * A k-WTA net, trained naturally at its sparsity ratio from the start. At the ratio where an incremental training starts,
 * it is that training's base, which is the same net to the bit: it is trained once.
 */
export function directNet(plan: NetPlan, gamma: number): NetSettings {
  if (gamma === plan.incremental.from) return { ...incrementalNet(plan, gamma), label: kwtaLabel(plan, gamma) };
  const activation = `kwta:${gamma}`;
  return net(plan, activation, kwtaLabel(plan, gamma), naturalRun(plan, activation));
}

/** A k-WTA net on the way of the incremental training. */
export function incrementalNet(plan: NetPlan, gamma: number): NetSettings {
  const base = naturalRun(plan, `kwta:${plan.incremental.from}`);
  const run: RunSettings = { ...base, method: "incremental", incremental: plan.incremental };
  return { ...net(plan, `kwta:${gamma}`, `${kwtaLabel(plan, gamma)}, incremental`, run), gamma };
}

/** A net trained on attacked images. */
export function adversarialNet(plan: NetPlan, activation: string, gamma?: number): NetSettings {
  const { training, subset, attack } = plan.adversarial;
  const run: RunSettings = {
    ...naturalRun(plan, activation),
    method: "adversarial",
    training: { ...plan.training, ...training },
    adversarial: attack,
  };
  const dataset = subset === undefined ? run.dataset : { ...run.dataset, subset };
  const label = gamma === undefined ? `ReLU ${plan.name}` : kwtaLabel(plan, gamma);
  return net(plan, activation, `${label}, adversarial`, { ...run, dataset });
}

function naturalRun({ architecture, dataset, training }: NetPlan, activation: string): RunSettings {
  return { model: `${architecture}@${activation}`, dataset, method: "natural", training };
}

function net(plan: NetPlan, activation: string, label: string, run: RunSettings): NetSettings {
  return { label, architecture: plan.name, activation, run, seconds: trainingSeconds(run, plan.msPerImage) };
}

function trainingSeconds({ dataset, training, adversarial, incremental }: RunSettings, msPerImage: number): number {
  const { from = 0, by = 1, every = 1, to = 0 } = incremental ?? {};
  const epochs = training.epochs + (incremental === undefined ? 0 : gammaEpochs({ from, by, every, to }));
  // An attack's step needs no gradients of weights.
  const passes = 1 + 0.8 * (adversarial?.steps ?? 0);
  return ((dataset.subset ?? 1000) * epochs * passes * msPerImage) / 1000;
}

function kwtaLabel({ name }: NetPlan, gamma: number): string {
  return `k-WTA ${name}, γ = ${gamma}`;
}

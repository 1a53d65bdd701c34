import type { DatasetSettings, RunSettings } from "@kwta/runs";
import {
  adversarial,
  free,
  gammaEpochs,
  incremental,
  makeMethod,
  methodSettings,
  standard,
  trades,
  type GammaSchedule,
} from "@kwta/training";
import { trainingImages } from "../presets/image-scale.ts";

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
  /** A net of `@kwta/pretrained`, which is measured instead of a training of our own. */
  readonly pretrained?: string;
  /** The folder of an existing run, which is measured instead of a training of our own. */
  readonly folder?: string;
  /** What its training takes, in seconds of one core: only for the time that is left. */
  readonly seconds: number;
}

/** An existing run as figures see it: the net at the end, and, of an incremental one, all that it kept. */
export interface FromRun {
  readonly net: NetSettings;
  /** By rising sparsity ratio; empty where the run kept no others. */
  readonly kept: readonly (NetSettings & { readonly gamma: number })[];
}

/** How a preset trains one architecture, with any activation and method. */
export interface NetPlan {
  /** For people: `"ResNet18"`. */
  readonly name: string;
  /** A model id without its activation: `"resnet18-w8"`. */
  readonly architecture: string;
  readonly dataset: DatasetSettings;
  readonly training: RunSettings["training"];
  /** From the base's sparsity ratio down. */
  readonly incremental: GammaSchedule & { readonly learningRate: number };
  /** Those that figure 6 shows: some that the incremental training passes through, without the one that it starts from. */
  readonly gammas: readonly number[];
  /** Nets of `@kwta/pretrained` that stand for our own trainings, by activation, where single nets are shown. */
  readonly pretrained?: Readonly<Record<string, string>>;
  readonly adversarial: {
    readonly training: Partial<RunSettings["training"]>;
    /** Of the training images. */
    readonly subset?: number;
    readonly attack: { readonly eps: string; readonly steps: number; readonly stepSize: string };
    /** Nets of `@kwta/pretrained` that stand for these trainings, by activation, where single nets are shown. */
    readonly pretrained?: Readonly<Record<string, string>>;
  };
  /** One image forward and backward, on one core: only for the time that is left. */
  readonly msPerImage: number;
}

/** A ReLU net of standard training. */
export function reluNet(plan: NetPlan): NetSettings {
  return net(plan, "relu", `ReLU ${plan.name}`, standardRun(plan, "relu"));
}

/** A net of standard training where it is shown alone: a pretrained one, where the plan has it. */
export function shownNet(plan: NetPlan, activation: string): NetSettings {
  const trained = standardNet(plan, activation);
  const pretrained = plan.pretrained?.[activation];
  if (pretrained === undefined) return trained;
  const { architecture } = trained;
  const label = pretrained.endsWith("+incremental") ? `${trained.label}, incremental` : trained.label;
  return { label, architecture, activation, run: standardRun(plan, activation), pretrained, seconds: 0 };
}

/** A net trained on attacked images where it is shown alone: a pretrained one, where the plan has it. */
export function shownAdversarialNet(plan: NetPlan, activation: string): NetSettings {
  const trained = adversarialNet(plan, activation);
  const pretrained = plan.adversarial.pretrained?.[activation];
  if (pretrained === undefined) return trained;
  return { ...trained, label: `${standardNet(plan, activation).label}, fast adversarial`, pretrained, seconds: 0 };
}

function standardNet(plan: NetPlan, activation: string): NetSettings {
  if (activation === "relu") return reluNet(plan);
  if (activation.startsWith("kwta:")) return directNet(plan, Number(activation.slice("kwta:".length)));
  return net(plan, activation, familyLabel(plan, activation), standardRun(plan, activation));
}

/** Of relatives of k-WTA: their name, and what their number is. */
const FAMILY: Readonly<Partial<Record<string, readonly [name: string, number: (text: string) => string]>>> = {
  lwta: ["LWTA", (size) => `groups of ${size}`],
  "stochastic-lwta": ["stochastic LWTA", (size) => `groups of ${size}`],
  "mean-sparse": ["MeanSparse", (width) => `width ${width}`],
  "break-relu": ["break-ReLU", (height) => `height ${height}`],
  "statistical-top-k": ["statistical top-k", (gamma) => `γ = ${gamma}`],
};

function familyLabel({ name }: NetPlan, activation: string): string {
  const [kind, number] = activation.split(":") as [string, string?];
  const known = FAMILY[kind];
  return known === undefined || number === undefined
    ? `${activation} ${name}`
    : `${known[0]} ${name}, ${known[1](number)}`;
}

/**
 * A k-WTA net of standard training at its sparsity ratio from the start. At the ratio where an incremental training starts,
 * it is that training's base, which is the same net to the bit: it is trained once.
 */
export function directNet(plan: NetPlan, gamma: number): NetSettings {
  if (gamma === plan.incremental.from) return { ...incrementalNet(plan, gamma), label: kwtaLabel(plan, gamma) };
  const activation = `kwta:${gamma}`;
  return net(plan, activation, kwtaLabel(plan, gamma), standardRun(plan, activation));
}

/** A k-WTA net on the way of the incremental training. */
export function incrementalNet(plan: NetPlan, gamma: number): NetSettings {
  const base = standardRun(plan, `kwta:${plan.incremental.from}`);
  const run = { ...base, method: methodSettings(incremental(plan.incremental)) };
  const epochs = base.training.epochs + gammaEpochs(plan.incremental);
  return { ...net(plan, `kwta:${gamma}`, `${kwtaLabel(plan, gamma)}, incremental`, run, { epochs }), gamma };
}

/** A net trained on attacked images. */
export function adversarialNet(plan: NetPlan, activation: string): NetSettings {
  return trainedBy(plan, "adversarial", activation);
}

/** A net trained on attacked images by one of several methods, which cost about the same. */
export function trainedBy(plan: NetPlan, by: "adversarial" | "trades" | "free", activation: string): NetSettings {
  const { training, subset, attack } = plan.adversarial;
  const base = standardRun(plan, activation);
  const epochs = training.epochs ?? plan.training.epochs;
  const replayed = Math.max(1, Math.round(epochs / REPLAYS));
  const method = {
    adversarial: () => adversarial(attack),
    trades: () => trades(attack),
    free: () => free({ eps: attack.eps, replays: REPLAYS }),
  }[by]();
  const run: RunSettings = {
    ...base,
    dataset: subset === undefined ? base.dataset : { ...base.dataset, subset },
    method: methodSettings(method),
    training: { ...plan.training, ...training, ...(by === "free" && { epochs: replayed }) },
  };
  const { label } = standardNet(plan, activation);
  // An attack's step needs no gradients of weights; free training has one gradient for both in each replay.
  const passes = by === "free" ? REPLAYS : 1 + 0.8 * attack.steps;
  return net(plan, activation, `${label}, ${by}`, run, { passes });
}

/** Steps of free training on each batch: each net sees about as many batches as with the other methods. */
const REPLAYS = 4;

/** Whether a net was trained on attacked images. */
export function isAdversarial({ run }: NetSettings): boolean {
  return makeMethod(run.method).craft !== undefined;
}

function standardRun({ architecture, dataset, training }: NetPlan, activation: string): RunSettings {
  return { model: `${architecture}@${activation}`, dataset, method: methodSettings(standard), training };
}

function net(
  { name, msPerImage }: NetPlan,
  activation: string,
  label: string,
  run: RunSettings,
  { epochs = run.training.epochs, passes = 1 }: { readonly epochs?: number; readonly passes?: number } = {},
): NetSettings {
  const images = run.dataset.subset ?? trainingImages(run.dataset.name);
  const seconds = (images * epochs * passes * msPerImage) / 1000;
  return { label, architecture: name, activation, run, seconds };
}

function kwtaLabel({ name }: NetPlan, gamma: number): string {
  return `k-WTA ${name}, γ = ${gamma}`;
}

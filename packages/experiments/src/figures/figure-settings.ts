import type { NetPlan, NetSettings } from "./net-settings.ts";

/** Everything that the seven figures depend on but the engine. */
export interface FigureSettings {
  readonly preset: string;
  readonly seed: number;
  /** The data set's name; nothing of it for figures 1 and 2. */
  readonly dataset: string;
  readonly nets: { readonly resnet: NetPlan; readonly wideResNet: NetPlan; readonly denseNet: NetPlan };
  readonly figure1: Figure1Settings;
  readonly figure3: Figure3Settings;
  readonly figure4: { readonly gammas: readonly number[]; readonly attack: Attacking };
  readonly figure5: { readonly gamma: number };
  readonly figure6: { readonly attack: Attacking };
  readonly figure7: Figure7Settings;
  readonly surface: SurfaceSettings;
  /** A run whose net takes the place of the preset's. */
  readonly from?: FromRun;
}

/** An existing run as figures see it: the net at the end, and, of an incremental one, all that it kept. */
export interface FromRun {
  readonly net: NetSettings;
  /** By falling sparsity ratio; one net where the run kept no others. */
  readonly kept: readonly (NetSettings & { readonly gamma: number })[];
}

/** @see figure1 */
export interface Figure1Settings {
  /** Hidden units. */
  readonly units: number;
  /** Sparsity ratio of the k-WTA net. */
  readonly gamma: number;
  readonly points: number;
  readonly steps: number;
  readonly learningRate: number;
}

/** @see figure3 */
export interface Figure3Settings {
  /** Sparsity ratio of the k-WTA net. */
  readonly gamma: number;
  readonly epsilons: readonly { readonly text: string; readonly value: number }[];
  /** Gradient steps of PGD. */
  readonly attackSteps: number;
  /** Points along the perturbation, both ends included. */
  readonly points: number;
  readonly path: {
    /** Training steps that are followed. */
    readonly steps: number;
    /** Loss values from one step to the next. */
    readonly between: number;
    /** Training images of the fixed batch. */
    readonly images: number;
  };
}

/** @see figure7 */
export interface Figure7Settings {
  /** Sparsity ratios of the ResNet, falling. */
  readonly resnet: readonly number[];
  /** Of the DenseNet, at the sparsity ratios of its incremental training; the last one also trained adversarially. */
  readonly denseNet: readonly number[];
}

/** The loss surfaces of figures 5 and 7. */
export interface SurfaceSettings {
  /** The plane goes from -extent to extent in both directions, images in [0, 1]. */
  readonly extent: number;
  /** Points in each direction; odd, so that the image itself is one. */
  readonly points: number;
}

/** How figures 4 and 6 attack. */
export interface Attacking {
  /** Sizes of the perturbation; the first is the one that the notes speak of. */
  readonly epsilons: readonly { readonly text: string; readonly value: number }[];
  /** Test images, classes in their proportions. */
  readonly samples: number;
  /** Gradient steps of a start. */
  readonly steps: number;
  /** Length of a step, as a share of eps. */
  readonly stepSize: number;
  /** Of the gate surrogate, one start with each; PGD gets as many starts. */
  readonly temperatures: readonly number[];
}

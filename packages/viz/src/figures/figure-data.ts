/** The only schema of figure files so far. */
export const FIGURE_SCHEMA = "kwta.figure.v1";

/** A measured number; `null` where it is not finite, as JSON writes it. */
export type Measured = number | null;

/** A share of `count` samples, with its confidence interval. All three numbers lie in [0, 1]. */
export interface AccuracyEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** What one network reaches: without attack, under PGD, and under the adaptive attack where it was measured. */
export interface Accuracies {
  readonly clean: AccuracyEstimate;
  readonly pgd: AccuracyEstimate;
  readonly adaptive: AccuracyEstimate | null;
}

/** A sentence about the result: whether the paper says the same, the opposite, or nothing. */
export interface FigureNote {
  readonly kind: "agrees" | "differs" | "note";
  readonly text: string;
}

/** Points of a line: as many `y` as `x`. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** One network of {@link Figure1Data}, cut where its activation pattern changes. */
export interface FittedNet {
  /** The activation, such as `"kwta:0.1"` or `"relu"`. */
  readonly name: string;
  /** What the legend says. */
  readonly label: string;
  /** One piece for each stretch with one activation pattern; a continuous network may be one piece. */
  readonly pieces: readonly Curve[];
}

/** Figure 1: a function of one variable, sample points, and what networks fit to them. */
export interface Figure1Data {
  readonly x: readonly number[];
  readonly target: readonly number[];
  readonly points: Curve;
  readonly nets: readonly FittedNet[];
  /** The stretch of x that is enlarged. */
  readonly detail: { readonly from: number; readonly to: number };
}

/** One unit after an activation. */
export interface ActivationOutput {
  readonly value: number;
  /** Whether the input went through. */
  readonly kept: boolean;
}

/** One activation of {@link Figure2Data}. */
export interface ActivationColumn {
  /** The activation, such as `"maxpool:2"`. */
  readonly name: string;
  readonly label: string;
  /** Units that compete with each other; 1 where each stands alone, all of them for k-WTA. */
  readonly groupSize: number;
  /** One for each input, or one for each group. */
  readonly outputs: readonly ActivationOutput[];
}

/** Figure 2: activations on one column of numbers. */
export interface Figure2Data {
  readonly input: readonly number[];
  readonly columns: readonly ActivationColumn[];
}

/** One panel of {@link Figure3Data}: the logits of one image along one perturbation. */
export interface LogitPanel {
  /** The network, such as `"k-WTA ResNet18, γ = 0.1"`. Panels of one label stand below each other. */
  readonly label: string;
  readonly activation: string;
  /** Radius of the attack, for images in [0, 1]. */
  readonly eps: number;
  /** Number of the image in its data set. */
  readonly image: number;
  /** Index into `classNames`. */
  readonly trueClass: number;
  /** Sizes of the perturbation, from 0 to eps. */
  readonly sizes: readonly number[];
  /** One list for each class, with one logit for each size. */
  readonly logits: readonly (readonly Measured[])[];
}

/** One network of the training part of {@link Figure3Data}. */
export interface LossPath {
  readonly label: string;
  readonly activation: string;
  /** Training steps; fractions along the segment between two successive weights. */
  readonly steps: readonly number[];
  readonly loss: readonly Measured[];
}

/** Figure 3: (a, b) logits along an adversarial perturbation, (c) the loss along the path of training. */
export interface Figure3Data {
  readonly classNames: readonly string[];
  readonly panels: readonly LogitPanel[];
  readonly training: readonly LossPath[];
}

/** The two attacks behind robust accuracies, in words for legends. */
export interface AttackLabels {
  /** Such as `"PGD-20"`. */
  readonly pgd: string;
  /** Such as `"adaptive attack"`. */
  readonly adaptive: string;
}

/** One network of {@link Figure4Data}. */
export interface GammaSweep {
  readonly label: string;
  /** Radius of the attacks, for images in [0, 1]. */
  readonly eps: number;
  readonly rows: readonly (Accuracies & { readonly gamma: number })[];
  /** The same network with ReLU, drawn as a reference. */
  readonly relu: Accuracies | null;
}

/** Figure 4: accuracy over the sparsity ratio gamma. */
export interface Figure4Data {
  readonly attacks: AttackLabels;
  readonly networks: readonly GammaSweep[];
}

/** The loss of one network around one image. */
export interface LossSurface {
  readonly label: string;
  /** Such as `"ResNet18"`. Figure 7 has one row for each model. */
  readonly model: string;
  readonly activation: string;
  readonly training: "natural" | "adversarial";
  /** Steps along the random direction, increasing. */
  readonly random: readonly number[];
  /** Steps along the gradient direction, increasing. */
  readonly gradient: readonly number[];
  /** `loss[i][j]` is the loss at `gradient[i]` and `random[j]`. */
  readonly loss: readonly (readonly Measured[])[];
}

/** Figures 5 and 7: loss surfaces around one image. */
export interface SurfaceData {
  readonly sample: { readonly index: number; readonly className: string };
  readonly surfaces: readonly LossSurface[];
}

/** One network of {@link Figure6Data}. */
export interface TrainingSweep {
  readonly label: string;
  /** Radius of the attacks, for images in [0, 1]. */
  readonly eps: number;
  readonly rows: readonly {
    readonly gamma: number;
    readonly direct: Accuracies;
    readonly incremental: Accuracies;
  }[];
}

/** Figure 6: training at small gamma directly, or through larger ones. */
export interface Figure6Data {
  readonly attacks: AttackLabels;
  readonly networks: readonly TrainingSweep[];
}

/** The data of each figure, by its number in the paper. */
export interface FigureDataByNumber {
  readonly 1: Figure1Data;
  readonly 2: Figure2Data;
  readonly 3: Figure3Data;
  readonly 4: Figure4Data;
  readonly 5: SurfaceData;
  readonly 6: Figure6Data;
  readonly 7: SurfaceData;
}

/** The number of a figure in the paper. */
export type FigureNumber = keyof FigureDataByNumber;

/** A data file of figure `N`: plain JSON from which alone the figure is drawn. */
export interface FigureFileOf<N extends FigureNumber> {
  readonly schema: typeof FIGURE_SCHEMA;
  readonly figure: N;
  readonly title: string;
  /** Everything that the data follow from: preset, data set, seed, models, backend, versions. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly notes: readonly FigureNote[];
  readonly data: FigureDataByNumber[N];
}

/** A data file of any figure. */
export type FigureFile = { readonly [N in FigureNumber]: FigureFileOf<N> }[FigureNumber];

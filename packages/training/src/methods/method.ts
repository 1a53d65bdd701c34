import { resolveParams, type Params, type ParamSchema, type ParamsGiven, type ParamsOf } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { PhaseSettings } from "../phase-settings.ts";

/** What a training method is given for one step. The tensors belong to the loop. */
export interface TrainingBatch {
  /** [n, height, width, channels] in [0, 1]. */
  readonly x: tf.Tensor4D;
  /** [n], int32: of mixed images the class that has more of it. */
  readonly labels: tf.Tensor1D;
  /** What the model should say: shares of the classes, [n, classes]; one-hot without label smoothing and mixing. */
  readonly targets: tf.Tensor2D;
  /** Stable sample ids, for keyed noise. */
  readonly ids: Int32Array;
  /** Counted from 0. */
  readonly step: number;
  /** Counted from 0; a sample is met once an epoch. */
  readonly epoch: number;
  readonly seed: number;
  /** What the method carries from step to step, by name; see `carry`. */
  readonly carried: Readonly<Record<string, tf.Variable>>;
}

/** The value to minimise and what it was computed from. */
export interface Objective {
  /** Mean over the batch. */
  readonly loss: tf.Scalar;
  /** Of the images as they are, if they were classified: gives the metric `accuracy`. */
  readonly logits?: tf.Tensor2D;
  /** Of the attacked images, if they were classified: gives the metric `robustAccuracy`. */
  readonly robustLogits?: tf.Tensor2D;
}

/** How a model is trained, with its parameters. */
export interface TrainingMethod {
  readonly id: string;
  readonly schema: ParamSchema;
  /** Resolved and frozen. */
  readonly params: Params;
  /**
   * Checks the parameters against each other and the model, before anything is made.
   *
   * @throws InputError for those that cannot be used
   */
  check?(model: LayersModel): void;
  /**
   * The parts of a training, each with settings of its own and a new optimizer.
   *
   * @defaultValue one part with the settings that were given
   */
  phases?(base: PhaseSettings, model: LayersModel): readonly PhaseSettings[];
  /** Steps made on each batch before the next one comes. @defaultValue 1 */
  readonly replays?: number;
  /**
   * The first values of what is carried from step to step, and kept in checkpoints. The loss is differentiated with respect
   * to them as well.
   *
   * @param shape of a whole batch
   */
  carry?(shape: readonly [size: number, ...image: number[]]): Readonly<Record<string, tf.Tensor>>;
  /** What they are after a step, by their gradients; runs inside `tf.tidy`. Those left out stay. */
  carryOn?(
    carried: Readonly<Record<string, tf.Tensor>>,
    gradients: Readonly<Record<string, tf.Tensor>>,
  ): Readonly<Record<string, tf.Tensor>>;
  /**
   * Share of a batch that a stronger attack than that of the training leaves correct. Measured on the first batch of each
   * epoch: a fall by more than `mostFall` is called catastrophic overfitting.
   */
  readonly guard?: {
    readonly mostFall: number;
    measure(model: LayersModel, batch: TrainingBatch, signal: AbortSignal | undefined): Promise<number>;
  };
  /**
   * Attacks the batch before its step. What comes back is the loop's to dispose.
   *
   * @throws AbortedError when the signal stopped it; then the step is not made
   */
  craft?(model: LayersModel, batch: TrainingBatch, signal: AbortSignal | undefined): Promise<tf.Tensor4D>;
  /**
   * Runs inside a gradient scope: everything that depends on the weights is differentiated.
   *
   * @param attacked what `craft` gave, or the images as they are
   */
  objective(model: LayersModel, batch: TrainingBatch, attacked: tf.Tensor4D): Objective;
}

/**
 * Makes a training method from parameters: `adversarial({ eps: "8/255" })`. Wherever a method is taken, a maker stands for
 * the method with all defaults.
 */
export type MethodMaker<S extends ParamSchema = ParamSchema> = {
  make(params?: ParamsGiven<S>): TrainingMethod;
}["make"] & {
  readonly id: string;
  /** One line for help texts. */
  readonly summary: string;
  readonly schema: S;
};

/** A method as its author writes it; see {@link defineMethod}. */
export interface MethodDefinition<S extends ParamSchema> {
  readonly id: string;
  readonly summary: string;
  /** Written `as const`, it gives the functions' parameters their types. */
  readonly params: S;
  /** @see {@link TrainingMethod} */
  check?(params: ParamsOf<S>, model: LayersModel): void;
  /** @see {@link TrainingMethod} */
  phases?(params: ParamsOf<S>, base: PhaseSettings, model: LayersModel): readonly PhaseSettings[];
  /** @see {@link TrainingMethod} */
  replays?(params: ParamsOf<S>): number;
  /** @see {@link TrainingMethod} */
  carry?: TrainingMethod["carry"];
  /** @see {@link TrainingMethod} */
  carryOn?(
    params: ParamsOf<S>,
    carried: Readonly<Record<string, tf.Tensor>>,
    gradients: Readonly<Record<string, tf.Tensor>>,
  ): Readonly<Record<string, tf.Tensor>>;
  /** Undefined where the parameters say that there is none. @see {@link TrainingMethod} */
  guard?(params: ParamsOf<S>): TrainingMethod["guard"];
  /** @see {@link TrainingMethod} */
  craft?(
    params: ParamsOf<S>,
    model: LayersModel,
    batch: TrainingBatch,
    signal: AbortSignal | undefined,
  ): Promise<tf.Tensor4D>;
  /** @see {@link TrainingMethod} */
  objective(params: ParamsOf<S>, model: LayersModel, batch: TrainingBatch, attacked: tf.Tensor4D): Objective;
}

/** Makes a training method from its definition. */
export function defineMethod<const S extends ParamSchema>(definition: MethodDefinition<S>): MethodMaker<S> {
  const { id, summary, params: schema, check, phases, craft, carry, carryOn, objective } = definition;
  const make = (given?: ParamsGiven<S>): TrainingMethod => {
    const params = resolveParams(`the training method ${id}`, schema, given);
    const replays = definition.replays?.(params);
    const guard = definition.guard?.(params);
    return Object.freeze<TrainingMethod>({
      id,
      schema,
      params: params as Params,
      ...(check && { check: (model) => check(params, model) }),
      ...(phases && { phases: (base, model) => phases(params, base, model) }),
      ...(replays !== undefined && { replays }),
      ...(carry && { carry }),
      ...(carryOn && { carryOn: (carried, gradients) => carryOn(params, carried, gradients) }),
      ...(guard && { guard }),
      ...(craft && { craft: (model, batch, signal) => craft(params, model, batch, signal) }),
      objective: (model, batch, attacked) => objective(params, model, batch, attacked),
    });
  };
  return Object.freeze(Object.assign(make, { id, summary, schema }));
}

/** The method itself, where a maker may stand for it. */
export function toMethod(method: TrainingMethod | MethodMaker): TrainingMethod {
  return typeof method === "function" ? method() : method;
}

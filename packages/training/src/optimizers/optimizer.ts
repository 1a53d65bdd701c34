import {
  resolveParams,
  type NamedTensor,
  type Params,
  type ParamSchema,
  type ParamsGiven,
  type ParamsOf,
} from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { checkShapes, readTensors, type NamedVariable } from "../weights.ts";

/** What is the same for all weights in one step. */
export interface UpdateAt {
  readonly learningRate: number;
  /** Steps of this optimizer, this one included. */
  readonly count: number;
}

/** A weight that is being updated. */
export interface Updated {
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor;
  /** In the order of the definition's `slots`; zeros at first. */
  readonly slots: readonly tf.Tensor[];
  /** For this weight: 0 where it does not decay. */
  readonly weightDecay: number;
}

/** An optimizer at work. Its whole state can be read and put back, so that a resumed training is the same one. */
export interface RunningOptimizer {
  /** Makes one step; `gradients` are in the order of the variables and stay the caller's. */
  step(gradients: readonly tf.Tensor[], at: UpdateAt): void;
  /** The slots, as `SLOT/NAME`. */
  state(): Promise<Map<string, NamedTensor>>;
  /**
   * Puts back what `state` gave.
   *
   * @throws InputError that names a missing or misshapen tensor
   */
  restore(state: ReadonlyMap<string, NamedTensor>): void;
  dispose(): void;
}

/** How weights follow their gradients, with its parameters. */
export interface Optimizer {
  readonly id: string;
  readonly schema: ParamSchema;
  /** Resolved and frozen. */
  readonly params: Params;
  start(variables: readonly NamedVariable[]): RunningOptimizer;
}

/**
 * Makes an optimizer from parameters: `sgd({ weightDecay: 5e-4 })`. Wherever an optimizer is taken, a maker stands for it
 * with all defaults.
 */
export type OptimizerMaker<S extends ParamSchema = ParamSchema> = {
  make(params?: ParamsGiven<S>): Optimizer;
}["make"] & {
  readonly id: string;
  /** One line for help texts. */
  readonly summary: string;
  readonly schema: S;
};

/** An optimizer as its author writes it; see {@link defineOptimizer}. */
export interface OptimizerDefinition<S extends ParamSchema> {
  readonly id: string;
  readonly summary: string;
  /** `weightDecay` and `decays` among them are seen to here: see {@link Updated}. */
  readonly params: S;
  /** Names of the tensors that it keeps of each weight. */
  readonly slots: readonly string[];
  /** The rule with these parameters: the next value, then the next of each slot. Runs inside `tf.tidy`. */
  rule(params: ParamsOf<S>): (weight: Updated, at: UpdateAt) => readonly tf.Tensor[];
}

/** Makes an optimizer from its definition. */
export function defineOptimizer<const S extends ParamSchema>(definition: OptimizerDefinition<S>): OptimizerMaker<S> {
  const { id, summary, params: schema, slots, rule } = definition;
  const make = (given?: ParamsGiven<S>): Optimizer => {
    const params = resolveParams(`the optimizer ${id}`, schema, given);
    return Object.freeze<Optimizer>({
      id,
      schema,
      params: params as Params,
      start: (variables) => run(variables, slots, rule(params), params as Params),
    });
  };
  return Object.freeze(Object.assign(make, { id, summary, schema }));
}

/** The optimizer itself, where a maker may stand for it. */
export function toOptimizer(optimizer: Optimizer | OptimizerMaker): Optimizer {
  return typeof optimizer === "function" ? optimizer() : optimizer;
}

function run(
  variables: readonly NamedVariable[],
  slots: readonly string[],
  rule: ReturnType<OptimizerDefinition<ParamSchema>["rule"]>,
  { weightDecay = 0, decays = "all" }: Params,
): RunningOptimizer {
  const kept = variables.map(({ variable }) => slots.map(() => tf.keep(tf.zeros(variable.shape))));
  const named: NamedVariable[] = slots.flatMap((slot) =>
    variables.map(({ name, variable }) => ({ name: `${slot}/${name}`, variable })),
  );
  const replace = (index: number, slot: number, value: tf.Tensor): void => {
    kept[index]![slot]!.dispose();
    kept[index]![slot] = tf.keep(value);
  };
  // Biases and batch norm have one number a channel.
  const decayOf = (value: tf.Tensor): number => (decays === "kernels" && value.rank < 2 ? 0 : Number(weightDecay));
  return {
    step: (gradients, at) =>
      void tf.tidy(() => {
        for (const [i, { variable }] of variables.entries()) {
          const weight = { value: variable, gradient: gradients[i]!, slots: kept[i]!, weightDecay: decayOf(variable) };
          const [value, ...next] = rule(weight, at);
          variable.assign(value!);
          for (const [slot, tensor] of next.entries()) replace(i, slot, tensor);
        }
      }),
    state: () =>
      readTensors(
        slots.flatMap((slot, s) => variables.map(({ name }, i) => [`${slot}/${name}`, kept[i]![s]!] as const)),
      ),
    restore(state) {
      checkShapes(named, state, "The state of the optimizer");
      for (const [s, slot] of slots.entries()) {
        for (const [i, { name, variable }] of variables.entries()) {
          replace(i, s, tf.tensor(state.get(`${slot}/${name}`)!.data, variable.shape));
        }
      }
    },
    dispose: () => tf.dispose(kept),
  };
}

import * as tf from "@tensorflow/tfjs-core";
import { layers, RNN } from "@tensorflow/tfjs-layers";

/**
 * The gated recurrent unit as Keras has it since version 2 (`reset_after`): the reset gate comes after the product with the
 * recurrent kernel, and that product has a bias of its own. TensorFlow.js has the older one alone. Without dropout.
 *
 * @see Keras, `keras/src/layers/rnn/gru.py`, for the order of the gates: update, reset, candidate
 */
export class GRUResetAfter extends RNN {
  static override readonly className = "GRUResetAfter";

  constructor(args: object) {
    super({ ...args, cell: resetAfterCell(args as CellArgs) });
  }

  /** `RNN` has one that looks for a cell. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls(config);
  }
}

/** A configuration in TensorFlow.js's spelling, where GRUs with `resetAfter` are of the class that has it. */
export function withResetAfter(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withResetAfter);
  if (typeof value !== "object" || value === null) return value;
  const { className, config } = value as { className?: unknown; config?: { resetAfter?: unknown } | null };
  const inner = Object.entries(value).map(([key, item]) => [key, withResetAfter(item)] as const);
  const isOne = className === "GRU" && config?.resetAfter === true;
  return { ...Object.fromEntries(inner), ...(isOne && { className: GRUResetAfter.className }) };
}

type CellArgs = Parameters<typeof layers.gruCell>[0];
type Cell = ReturnType<typeof layers.gruCell>;

/** The fields of TF.js's own cell that are used here. */
interface CellFields {
  readonly units: number;
  readonly useBias: boolean;
  readonly activation: Activation;
  readonly recurrentActivation: Activation;
  readonly kernelInitializer: object;
  readonly recurrentInitializer: object;
  readonly biasInitializer: object;
  addWeight(name: string, shape: readonly number[], dtype: null, initializer: object): { read(): tf.Tensor };
  built: boolean;
  build: (inputShape: readonly number[]) => void;
  call: (inputs: [x: tf.Tensor2D, state: tf.Tensor2D]) => [tf.Tensor, tf.Tensor];
}

interface Activation {
  apply(x: tf.Tensor): tf.Tensor;
}

/** TF.js's cell, its settings and states, with other weights and another step. Its class itself is not exported. */
function resetAfterCell(args: CellArgs): Cell {
  const made = layers.gruCell({ ...args, resetAfter: false } as CellArgs);
  const cell = made as unknown as CellFields;
  const { units, activation, recurrentActivation: gate } = cell;
  let weights: readonly { read(): tf.Tensor }[] = [];
  cell.build = (inputShape) => {
    weights = [
      cell.addWeight("kernel", [inputShape.at(-1)!, 3 * units], null, cell.kernelInitializer),
      cell.addWeight("recurrent_kernel", [units, 3 * units], null, cell.recurrentInitializer),
      ...(cell.useBias ? [cell.addWeight("bias", [2, 3 * units], null, cell.biasInitializer)] : []),
    ];
    cell.built = true;
  };
  cell.call = ([x, state]) =>
    tf.tidy(() => {
      const [kernel, recurrentKernel, bias] = weights.map((weight) => weight.read()) as tf.Tensor2D[];
      const [ofX, ofState] = bias === undefined ? [0, 0] : (tf.unstack(bias, 0) as [tf.Tensor, tf.Tensor]);
      const forX = tf.split(tf.add(tf.matMul(x, kernel!), ofX), 3, 1);
      const forState = tf.split(tf.add(tf.matMul(state, recurrentKernel!), ofState), 3, 1);
      const [update, reset] = [0, 1].map((i) => gate.apply(tf.add(forX[i]!, forState[i]!))) as [tf.Tensor, tf.Tensor];
      const candidate = activation.apply(tf.add(forX[2]!, tf.mul(reset, forState[2]!)));
      const next = tf.add(tf.mul(update, state), tf.mul(tf.sub(1, update), candidate));
      return [next, next];
    });
  return made;
}

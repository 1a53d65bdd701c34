// @ts-check
import { createModel, encodeOnnx } from "@kwta/models";
import * as tf from "@tensorflow/tfjs-core";
import { normalTensor } from "../workers/inputs.mjs";
import { loadOnnxRuntime } from "../workers/onnxruntime.mjs";
/** @import { Prepared } from "../workers/tfjs.mjs" */

/**
 * The same net as a file of ONNX, in ONNX Runtime. Its batch norm is folded by ONNX Runtime itself.
 *
 * @param {{ batch: number, width: number, activation: string, threads: number }} work
 * @returns {Promise<Prepared>}
 */
export async function prepareOnnx({ batch, width, activation, threads }) {
  const { InferenceSession, Tensor } = loadOnnxRuntime();
  const model = createModel(`resnet18-w${width}@${activation}`, { inputShape: [32, 32, 3], numClasses: 10, seed: 0 });
  const file = encodeOnnx(model);
  model.dispose();
  const session = await InferenceSession.create(file, { intraOpNumThreads: threads, logSeverityLevel: 3 });
  const x = normalTensor([batch, 32, 32, 3], 1);
  // PyTorch's order of axes, which files of ONNX have.
  const planes = tf.tidy(() => tf.transpose(x, [0, 3, 1, 2]));
  const input = new Tensor("float32", Float32Array.from(await planes.data()), planes.shape);
  tf.dispose([x, planes]);
  const [name = ""] = session.inputNames;
  return {
    async run(restartClock) {
      restartClock();
      const outputs = await session.run({ [name]: input });
      const [{ data, dims }] = Object.values(outputs);
      return tf.tensor(data, dims);
    },
    dispose: () => void session.release(),
  };
}

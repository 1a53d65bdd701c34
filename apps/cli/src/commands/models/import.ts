import { needed, readShape, startSmallBackend, type RunAction } from "./args.ts";

/** `kwta models import`: weights of PyTorch or Keras into a model that kwta and TensorFlow.js read. */
export const importModel: RunAction = async (args, terminal) => {
  const file = needed(args, "what");
  const [id, out] = [needed(args, "model"), needed(args, "out")];
  const shape = readShape(args);
  const { createModel, loadStateDict, parseModelId } = await import("@kwta/models");
  const { readWeights, saveModel } = await import("@kwta/models");
  const { withFolder } = await import("@kwta/core");
  parseModelId(id);
  const { format, tensors } = await readWeights(file);
  await startSmallBackend();
  const model = createModel(id, shape);
  try {
    loadStateDict(model, tensors);
    await withFolder(out, () => saveModel(model, out));
  } finally {
    model.dispose();
  }
  terminal.say(`Read ${tensors.size} tensors (${format}) and wrote ${out}/model.json and weights.bin.`);
  terminal.result({ format, tensors: tensors.size, model: id, out });
};

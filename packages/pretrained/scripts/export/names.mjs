import { InputError } from "@kwta/core";
import { formatModelId, parseModelId } from "@kwta/models";

/**
 * The id of the net at a sparsity ratio of its training.
 *
 * @param {{ model: string }} settings of the run
 * @param {number} [gamma]
 */
export function modelIdOf({ model }, gamma) {
  const spec = parseModelId(model);
  return formatModelId(gamma === undefined ? spec : { ...spec, activation: { kind: "kwta", gamma } });
}

/**
 * `cifar10/resnet18-w16@relu+fast`. The base of an incremental training was trained on images as they are.
 *
 * @param {{ model: string, dataset: { name: string }, method: { id: string, params: any } }} settings of the run
 * @param {number} [gamma]
 */
export function netName(settings, gamma) {
  const { model, dataset, method } = settings;
  const isIncremental = method.id === "incremental";
  if (isIncremental && gamma === undefined) {
    throw new InputError("An incremental training left several nets. Say which: --gamma 0.1.");
  }
  const from = isIncremental && (method.params.from || parseModelId(model).activation.gamma);
  const isPlain = method.id === "standard" || (isIncremental && gamma === from);
  return `${dataset.name}/${modelIdOf(settings, gamma)}${isPlain ? "" : `+${method.id}`}`;
}

/** A name as files can have it. @param {string} name */
export function fileName(name) {
  return name.replaceAll(/[^\w.-]+/g, "-");
}

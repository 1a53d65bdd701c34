import { InputError, show } from "@kwta/core";
import type { Dataset } from "@kwta/datasets";
import { createModel, type CreateModelOptions } from "@kwta/models";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/**
 * A new network for a data set; see `createModel` of `@kwta/models`. One that is trained: `loadPretrained`. The caller disposes it.
 *
 * @throws InputError for an unknown id, or when the network cannot be built for these images
 *
 * @example
 * ```ts
 * const net = model("resnet18-w16@kwta:0.1", await cifar10());
 * ```
 */
export function model(
  id: string,
  { shape, classNames }: Pick<Dataset, "shape" | "classNames">,
  options: Partial<CreateModelOptions> = {},
): LayersModel {
  if (/^pretrained:/i.test(id)) {
    throw new InputError(`${show(id)} has weights, which must be read first: await loadPretrained(${show(id)}).`);
  }
  return createModel(id, { inputShape: shape, numClasses: classNames.length, ...options });
}

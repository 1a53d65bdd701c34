import { pretrainedCard } from "@kwta/pretrained";
import { methodSettings, parseMethod, type MethodSettings } from "@kwta/training";
import { trainingImages } from "../presets/image-scale.ts";
import type { NetSettings } from "../shared/nets.ts";

/** What tells trainings by one method apart, as far as it is known. */
export interface Training {
  readonly method: MethodSettings;
  readonly epochs: number | undefined;
  /** Of an epoch. */
  readonly images: number | undefined;
}

/** How long, on how many images, at which size of the perturbation: `"2 epochs of 20,000, ε = 4/255"`. */
export function trainingText({ method, epochs, images }: Training): string {
  const eps = method.params?.["eps"];
  const of = images === undefined ? "" : ` of ${images.toLocaleString("en")}`;
  return [
    epochs === undefined ? "" : `${epochs} ${epochs === 1 ? "epoch" : "epochs"}${of}`,
    eps === undefined ? "" : `ε = ${String(eps)}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** The training of a net of figures: of a pretrained one what its card says. */
export function trainingOf({ pretrained, run }: NetSettings): Training {
  if (pretrained === undefined) {
    const { dataset, method, training } = run;
    return { method, epochs: training.epochs, images: dataset.subset ?? trainingImages(dataset.name) };
  }
  const { training, dataset } = pretrainedCard(pretrained);
  return { method: methodSettings(parseMethod(training.method)), epochs: training.epochs, images: dataset.trainImages };
}

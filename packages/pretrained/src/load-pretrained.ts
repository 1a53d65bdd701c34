import { InputError, lookUp, sha256, show } from "@kwta/core";
import { importWeights, openCheckpoint } from "@kwta/models";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { platform } from "#platform";
import type { ModelCard } from "./model-card.ts";
import { NETS } from "./nets/index.ts";
import type { PretrainedNet } from "./pretrained-net.ts";

/** The cards of all nets of this package. */
export const PRETRAINED: readonly ModelCard[] = NETS.map(({ card }) => card);

/**
 * The card of a net.
 *
 * @param name as in {@link PRETRAINED}, also with `pretrained:` before it
 * @throws InputError for an unknown name; the nearest is offered
 */
export function pretrainedCard(name: string): ModelCard {
  return findNet(name).card;
}

/**
 * Loads a net with its weights, which are read from this package in Node and fetched in a page, and checked.
 *
 * @param name as in {@link PRETRAINED}, also with `pretrained:` before it
 * @returns a model from images in [0, 1], NHWC, to logits; the caller disposes it
 * @throws InputError for an unknown name (the nearest is offered), and weights that cannot be read or are not those of the card
 *
 * @example
 * ```ts
 * const model = await loadPretrained("cifar10/resnet18-w16@kwta:0.1");
 * ```
 */
export async function loadPretrained(name: string): Promise<LayersModel> {
  return loadNet(findNet(name));
}

/** {@link loadPretrained} of a net at hand. */
export async function loadNet({ card, url }: PretrainedNet): Promise<LayersModel> {
  const { name, model: id, inputShape, classNames, weights } = card;
  const bytes = await platform.read(url, `the weights of ${name}`);
  const found = await sha256(bytes);
  if (found !== weights.sha256) {
    throw new InputError(
      `The weights of ${name} are damaged: ${bytes.length} bytes with SHA-256 ${found}, not ${weights.bytes} with ` +
        `${weights.sha256}. Install @kwta/pretrained anew.`,
    );
  }
  const checkpoint = openCheckpoint(bytes, show(weights.file));
  return importWeights(id, checkpoint, { inputShape: [...inputShape], numClasses: classNames.length }).model;
}

/** Whether a name is meant for a net of this package: it begins with `pretrained:`. */
export function isPretrained(name: string): boolean {
  return PREFIX.test(name);
}

const PREFIX = /^pretrained:/i;

function findNet(name: string): PretrainedNet {
  const nets = Object.fromEntries(NETS.map((net) => [net.card.name, net]));
  return lookUp("pretrained net", name.replace(PREFIX, ""), nets);
}

import { InputError, readInput, show } from "@kwta/core";
import { describeWeights, importWeights, readCheckpoint } from "@kwta/models";
import { networkVictim } from "../network-victim.ts";
import type { VictimKind } from "./kind.ts";

/** Weights of PyTorch, which belong to a network that one must name. */
export const weights: VictimKind = {
  name: "weights",
  called: "a file of weights (.pth, .safetensors) with the network's id",
  options: ["net", "key", "exactBatchNorm"],
  is: async (what) => ENDINGS.test(what),
  async open(settings, { shape, numClasses }) {
    const { what, net, key } = settings;
    if (net === undefined) throw new InputError(await whichNet(what));
    const options = { inputShape: shape as [number, number, number], numClasses, ...(key !== undefined && { key }) };
    const { model } = importWeights(net, await readCheckpoint(what), options);
    return networkVictim(model, settings);
  },
};

const ENDINGS = /\.(pth|pt|pth\.tar|ckpt|bin|safetensors)$/i;

async function whichNet(what: string): Promise<string> {
  const { dicts } = describeWeights(await readInput(what), show(what));
  const ids = [...new Set(dicts.flatMap(({ fits }) => fits.map(({ id }) => id)))];
  const known =
    ids.length > 0
      ? `They fit ${ids.join(", ")}, with the activation that it was trained with in place of relu`
      : "kwta models list tells what there is";
  return `${show(what)} holds weights without a network. Name it by its id: --net resnet18@kwta:0.1. ${known}.`;
}

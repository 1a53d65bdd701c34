import { digest, stableJson, type LongWork } from "@kwta/core";
import type { Dataset } from "@kwta/datasets";
import { loadPretrained, pretrainedCard } from "@kwta/pretrained";
import {
  datasetDigest,
  environmentOf,
  hasModel,
  hasRun,
  loadRunModel,
  modelDigest,
  trainRun,
  withoutPlaces,
  type BackendInUse,
} from "@kwta/runs";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { join } from "node:path";
import type { NetSettings } from "../shared/nets.ts";

/**
 * Trained nets in a folder, each in a run folder of its own that is found again by all that its training depends on: its
 * settings, the images, the backend, the version of kwta.
 */
export interface ModelZoo {
  /** Whether its training is complete. */
  has(net: NetSettings): Promise<boolean>;
  /** The training's folder. */
  folder(net: NetSettings): Promise<string>;
  /** Trains a net, unless that was done before; a training that was stopped goes on. */
  train(net: NetSettings, work: LongWork): Promise<void>;
  /** Loads a trained net. The caller disposes it. */
  load(net: NetSettings): Promise<LayersModel>;
  /** A digest of a trained net and of the images that it is measured on. */
  digest(net: NetSettings): Promise<string>;
}

/** Opens a zoo in a folder, which need not exist. */
export function openModelZoo(
  path: string,
  backend: BackendInUse,
  datasets: (net: NetSettings) => Promise<Dataset>,
): ModelZoo {
  const imagesOf = async (net: NetSettings): Promise<string> => datasetDigest(await datasets(net));
  const { backend: spec, kwta } = environmentOf(backend);
  const folder = async (net: NetSettings): Promise<string> => {
    if (net.folder !== undefined) return net.folder;
    if (net.pretrained !== undefined) return `pretrained:${net.pretrained}`;
    const { run } = net;
    const key = await digest(stableJson([withoutPlaces(run), await imagesOf(net), spec, kwta]));
    return join(path, `${run.model.replaceAll(/[@:,]/g, "-")}-${run.method.id}-${key.slice(0, 12)}`);
  };
  const has = async (net: NetSettings): Promise<boolean> => net.pretrained !== undefined || hasModel(await folder(net));
  const weightsOf = async (net: NetSettings): Promise<string> =>
    net.pretrained === undefined
      ? modelDigest(await folder(net), net.gamma)
      : pretrainedCard(net.pretrained).weights.sha256;
  return {
    has,
    folder,
    async train(net, work) {
      if (await has(net)) return;
      const at = await folder(net);
      const { model } = await trainRun(at, net.run, await datasets(net), { backend, resume: hasRun(at), ...work });
      model.dispose();
    },
    load: async (net) =>
      net.pretrained === undefined ? loadRunModel(await folder(net), net.gamma) : loadPretrained(net.pretrained),
    digest: async (net) => digest(await weightsOf(net), await imagesOf(net)),
  };
}

import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { NetworkConfig } from "./network.ts";
import { resnet } from "./resnet.ts";
import { smallCnn } from "./small-cnn.ts";

interface Architecture {
  readonly defaultWidth: number;
  build(config: NetworkConfig & { readonly width: number }): LayersModel;
}

/** Every architecture that a model id can name. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  resnet10: { defaultWidth: 64, build: (config) => resnet({ ...config, blocks: [1, 1, 1, 1] }) },
  resnet18: { defaultWidth: 64, build: (config) => resnet({ ...config, blocks: [2, 2, 2, 2] }) },
  resnet34: { defaultWidth: 64, build: (config) => resnet({ ...config, blocks: [3, 4, 6, 3] }) },
  "small-cnn": { defaultWidth: 16, build: smallCnn },
};

export { createModel, type CreateModelOptions } from "./create-model.ts";
export { formatModelId, parseModelId, type ModelSpec } from "./model-id.ts";
export { type NetworkConfig } from "./network.ts";
export { resnet, type ResNetConfig } from "./resnet.ts";
export { smallCnn, type SmallCnnConfig } from "./small-cnn.ts";
export { loadStateDict } from "./state-dict.ts";

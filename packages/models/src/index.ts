export { alexNet, type AlexNetConfig } from "./networks/alex-net.ts";
export { architectures, type ArchitectureInfo } from "./architectures.ts";
export { createModel, type CreateModelOptions } from "./create-model.ts";
export { denseNet, type DenseNetConfig } from "./networks/dense-net.ts";
export { describeModel, type ModelDescription } from "./describe-model.ts";
export { describeWeights, type DictDescription, type WeightsDescription } from "./weights/describe-weights.ts";
export type { NormalizationNames } from "./weights/extras.ts";
export { dmWideResNet } from "./networks/dm-wide-resnet.ts";
export { encodeOnnx } from "./onnx/encode-onnx.ts";
export { foldBatchNorm, hasFoldableBatchNorm } from "./fold-batch-norm.ts";
export { leNet, type LeNetConfig } from "./networks/le-net.ts";
export { mlp, type MlpConfig } from "./networks/mlp.ts";
export { mnistCnn, type MnistCnnConfig } from "./networks/mnist-cnn.ts";
export { mnistDnn, type MnistDnnConfig } from "./networks/mnist-dnn.ts";
export { formatModelId, parseModelId, type ModelSpec } from "./model-id.ts";
export {
  type ActivationSpec,
  type ImageShape,
  type Initialiser,
  type NetworkConfig,
  type Normalization,
} from "./build/network.ts";
export { importWeights, type ImportedModel, type ImportOptions } from "./weights/import-weights.ts";
export { openModel } from "./saved/saved-files.ts";
export { openCheckpoint, type Checkpoint, type CheckpointDict, type TensorInfo } from "./weights/checkpoint.ts";
export type { Fit, Nearest, Recognition } from "./weights/recognize.ts";
export { resnet, type ResNetConfig } from "./networks/resnet.ts";
export { smallCnn, type SmallCnnConfig } from "./networks/small-cnn.ts";
export { loadStateDict, readStateDict, type LoadedState } from "./weights/state-dict.ts";
export { vgg, type VggConfig } from "./networks/vgg.ts";
export { decodeWeights, type Weights, type WeightsOptions } from "./weights/weights.ts";
export { wideResNet, type WideResNetConfig } from "./networks/wide-resnet.ts";

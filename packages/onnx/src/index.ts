export { onnxClassifier, type OnnxClassifier, type OnnxOptions } from "./onnx-classifier.ts";
export type { ImageLayout } from "./layout.ts";
export type { OnnxRuntime, OnnxSession, OnnxTensor, OnnxValueInfo } from "./runtime.ts";

import type { OnnxRuntime } from "../runtime.ts";

/** What differs between Node and pages. */
export interface OnnxPlatform {
  /** @throws InputError where ONNX Runtime is not installed */
  loadRuntime(): Promise<OnnxRuntime>;
}

import { InputError } from "@kwta/core";
import type { OnnxPlatform } from "./platform.ts";

export const platform: OnnxPlatform = {
  async loadRuntime() {
    const loaded = await import("onnxruntime-web").catch((error: Error) => {
      throw new InputError("ONNX files need ONNX Runtime, which is not there: npm install onnxruntime-web", {
        cause: error,
      });
    });
    return loaded;
  },
};

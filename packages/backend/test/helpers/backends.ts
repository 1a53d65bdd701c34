import { tensorflow } from "../../../backend-tensorflow/src/index.node.ts";
import { wasm } from "../../../backend-wasm/src/index.ts";
import { webgpu } from "../../../backend-webgpu/src/index.ts";
import { cpu, startBackend, webgl, type Backend, type BackendReport, type StartOptions } from "../../src/index.ts";

/** All that there are: what is tested of backends is tested of each. */
export const BACKENDS: readonly Backend[] = [tensorflow(), webgpu(), wasm(), webgl(), cpu()];

/** Starts one of them. */
export function start(options: StartOptions = {}): Promise<BackendReport> {
  return startBackend(BACKENDS, options);
}

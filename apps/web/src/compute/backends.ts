import { cpu, webgl, type Backend } from "@kwta/backend";
import { wasm } from "@kwta/backend-wasm";
import { webgpu } from "@kwta/backend-webgpu";

/** The backends that the page tries, best first. A new one is one line here. */
export const BACKENDS: readonly Backend[] = [webgpu(), wasm(), webgl(), cpu()];

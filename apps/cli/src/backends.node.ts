import { cpu, type Backend } from "@kwta/backend";
import { tensorflow } from "@kwta/backend-tensorflow";
import { wasm } from "@kwta/backend-wasm";
import { webgpu } from "@kwta/backend-webgpu";

/** The backends of Node, best first. A new one is one line here. */
export const BACKENDS: readonly Backend[] = [tensorflow(), webgpu(), wasm(), cpu()];

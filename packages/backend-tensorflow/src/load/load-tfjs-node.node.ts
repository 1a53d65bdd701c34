import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import util from "node:util";
import { compileFunction } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import type { Binding, NodeBackend } from "./node-backend.ts";

/** The JavaScript half of `@tensorflow/tfjs-node`, as far as a backend needs it. */
export interface TfjsNode {
  /** Registers its kernels for the backend `tensorflow`. */
  registerKernels(): void;
  makeBackend(binding: Binding): NodeBackend;
}

/**
 * Loads it from the package's folder. Node's own `require` would look for `@tensorflow/tfjs` beside the package and might
 * find another copy of tfjs-core or none; here its modules are evaluated with this process's tfjs-core, and with the
 * functions that Node 23 removed from `util`. Nothing outside of these modules changes.
 */
export function loadTfjsNode(folder: string): TfjsNode {
  const load = makeLoader(join(folder, "dist"));
  return {
    registerKernels: () => void load("./register_all_kernels"),
    makeBackend(binding) {
      const { NodeJSKernelBackend } = load("./nodejs_kernel_backend") as {
        NodeJSKernelBackend: new (binding: Binding, packageName: string) => NodeBackend;
      };
      return new NodeJSKernelBackend(binding, "@tensorflow/tfjs-node");
    },
  };
}

type Load = (request: string) => unknown;

/** `require` for the modules in a folder. */
function makeLoader(root: string): Load {
  const modules = new Map<string, { exports: unknown }>();
  const loadFrom = (folder: string, request: string): unknown => {
    if (!request.startsWith(".")) return surroundings(request);
    const path = `${join(folder, request)}.js`;
    const known = modules.get(path);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    modules.set(path, module);
    if (path !== join(root, "proto", "api_pb.js")) evaluate(path, module, (next) => loadFrom(dirname(path), next));
    return module.exports;
  };
  return (request) => loadFrom(root, request);
}

function evaluate(path: string, module: { exports: unknown }, load: Load): void {
  const code = compileFunction(readFileSync(path, "utf8"), ["exports", "require", "module"], { filename: path });
  code(module.exports, load, module);
}

const require = createRequire(import.meta.url);

/** What the modules find outside of their package. */
function surroundings(request: string): unknown {
  return SURROUNDINGS[request] ?? require(`node:${request}`);
}

const TFJS = { ...tf, KernelBackend };

const SURROUNDINGS: Readonly<Record<string, unknown>> = {
  "@tensorflow/tfjs": TFJS,
  "@tensorflow/tfjs-core": TFJS,
  util: { ...util, isArray: Array.isArray, isNullOrUndefined },
};

/** tfjs-node is ES5 and calls this without `new`, which a class does not allow. */
function KernelBackend(): void {}
KernelBackend.prototype = tf.KernelBackend.prototype;

function isNullOrUndefined(value: unknown): boolean {
  return value === null || value === undefined;
}

import { InputError, show } from "@kwta/core";

/**
 * Makes sure that TensorFlow.js can build from a configuration in its own spelling, whoever wrote it.
 *
 * - It connects layers in passes over their list until all are connected: forever, if one waits for a layer that is not
 *   there. The lists of layers throw then. Each pass connects something or the file is wrong, so no more passes are needed
 *   than there are connections.
 * - Some layers ignore their dilation rate, and answer wrongly. They are refused.
 * - Stateful layers allocate for a whole batch, of any size that the file claims, when they are built. They are refused.
 *
 * @returns the same configuration
 * @throws InputError that names what is wrong
 */
export function checkTopology(config: unknown): unknown {
  if (typeof config !== "object" || config === null) return config;
  refuseDilated(config);
  for (const [key, value] of Object.entries(config)) {
    if (key === "stateful" && Boolean(value)) {
      throw new InputError(
        "it has a stateful layer, whose answer depends on what it saw before; such models are not read",
      );
    }
    checkTopology(value);
    if (key === "layers" && Array.isArray(value)) countPasses(value);
  }
  return config;
}

/** Layers that take a dilation rate and compute as if there was none. */
const NEVER_DILATED: ReadonlySet<unknown> = new Set(["Conv2DTranspose", "Conv3DTranspose", "DepthwiseConv2D"]);

function refuseDilated(layer: { className?: unknown; config?: unknown }): void {
  if (!NEVER_DILATED.has(layer.className)) return;
  const { name, dilationRate = 1 } = (layer.config ?? {}) as { name?: unknown; dilationRate?: unknown };
  if ([dilationRate].flat().every((rate) => rate === 1 || rate === null)) return;
  throw new InputError(`its layer ${show(name)} is dilated, which TensorFlow.js ignores in ${show(layer.className)}`);
}

function countPasses(layers: unknown[]): void {
  const connections = layers.reduce<number>((sum, layer) => {
    const { inboundNodes } = (layer ?? {}) as { inboundNodes?: unknown };
    return sum + (Array.isArray(inboundNodes) ? inboundNodes.length : 0);
  }, 0);
  // One pass makes the layers.
  let left = 1 + connections;
  Object.defineProperty(layers, Symbol.iterator, {
    value: () => {
      if (left-- > 0) return Array.prototype[Symbol.iterator].call(layers);
      throw new InputError("a layer of its topology is connected to one that is not there");
    },
  });
}

import { show } from "@kwta/core";
import type { io } from "@tensorflow/tfjs-core";

/**
 * What is wrong with the sizes of a topology, if anything: TensorFlow.js allocates what the topology says before it looks
 * at the weights, so a layer must be as wide as its weights are.
 */
export function wrongSize(topology: unknown, specs: readonly io.WeightsManifestEntry[]): string | undefined {
  const total = specs.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
  for (const { name, width } of layersIn(topology)) {
    const kernel = specs.find((spec) => spec.name === `${name}/kernel` || spec.name.endsWith(`/${name}/kernel`));
    const found = kernel?.shape.at(-1);
    if (found === undefined ? width > total : width !== found) {
      return `its layer ${show(name)} is ${width} wide, and its weights are for ${found ?? `at most ${total}`}`;
    }
  }
  return undefined;
}

interface SizedLayer {
  readonly name: string;
  /** Units or filters. */
  readonly width: number;
}

/** Every dense and convolutional layer, also of models inside models. */
function layersIn(value: unknown, depth = 0): SizedLayer[] {
  // No model is nested so deeply, but a forged file may be.
  if (typeof value !== "object" || value === null || depth > 100) return [];
  const { class_name: snake, className = snake, config } = value as Record<string, unknown>;
  const { name, units, filters = units } = (config ?? {}) as Record<string, unknown>;
  const sized = typeof className === "string" && /^(Dense|Conv[12]D)$/.test(className);
  if (sized && typeof name === "string" && typeof filters === "number") return [{ name, width: filters }];
  return Object.values(value).flatMap((each) => layersIn(each, depth + 1));
}

import type { NamedTensor } from "@kwta/core";
import type { StateEntry } from "./state-entries.ts";

type Tensors = ReadonlyMap<string, NamedTensor>;

/** Other names for the same weights. */
const ALIASES: readonly (readonly [RegExp, string])[] = [
  // torchvision's ResNets.
  [/\.downsample\./, ".shortcut."],
  [/^fc\./, "linear."],
  // The authors' AlexNet with ReLU has dropout layers, which count.
  [/^classifier\.1\./, "classifier.0."],
  [/^classifier\.4\./, "classifier.2."],
  [/^classifier\.6\./, "classifier.4."],
];

/**
 * What is to be loaded and the tensors under the same names: the entries as Keras has them where the tensors are called
 * so, the tensors renamed where another program calls them otherwise.
 */
export function matchNames(
  entries: readonly StateEntry[],
  tensors: Tensors,
): { readonly entries: readonly StateEntry[]; readonly named: Tensors } {
  if ([...tensors.keys()].some((name) => /\/(kernel|bias|gamma|beta|moving_mean|moving_variance)(:0)?$/.test(name))) {
    const named = new Map([...tensors].map(([name, tensor]) => [name.replace(/:0$/, ""), tensor]));
    const keras = entries.map(({ keras: name, weight }) => ({
      name,
      keras: name,
      weight,
      shape: weight.shape as number[],
    }));
    return { entries: keras, named };
  }
  const plain = withoutPrefix(tensors);
  const known = new Set(entries.map(({ name }) => name));
  const fits = (names: readonly string[]): boolean =>
    new Set(names).size === tensors.size &&
    names.every((name) => known.has(name) || name.endsWith(".num_batches_tracked"));
  const others = [...plain.keys()].map(alias);
  // Other names only where all of them fit then: `classifier.4` is in both AlexNets, and not the same layer.
  if (fits([...plain.keys()]) || !fits(others)) return { entries, named: plain };
  return { entries, named: new Map([...plain.values()].map((tensor, i) => [others[i]!, tensor])) };
}

/** Without the `module.` that PyTorch's parallel models put before every name. */
function withoutPrefix(tensors: Tensors): Tensors {
  const names = [...tensors.keys()];
  if (names.length === 0 || !names.every((name) => name.startsWith("module."))) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [name.slice("module.".length), tensor]));
}

function alias(name: string): string {
  const found = ALIASES.find(([pattern]) => pattern.test(name));
  return found ? name.replace(found[0], found[1]) : name;
}

import type { StateEntry } from "./state-entries.ts";

/** A way to read the names of a file. */
export interface Reading {
  /** A name without the wrappers that this reading looks through. */
  readonly read: (name: string) => string;
  /** The weight that the end of a name means, if it does. */
  readonly entryOf: (end: string) => string | undefined;
}

/**
 * The ways in which programs call the weights of a net, the plainest first: as they are; a ResNet's as torchvision has them,
 * the last layer under another usual name; with wrappers in the middle of names; the authors' AlexNet, whose dropout layers
 * count.
 */
export function readings(entries: readonly StateEntry[]): Reading[] {
  const known = new Set(entries.map(({ name }) => name));
  const last = lastLayer(entries);
  const plain = (end: string): string | undefined => {
    if (known.has(end)) return end;
    const other = end.replace(/\.downsample\./, ".shortcut.").replace(LAST_LAYER, `${last}.`);
    return known.has(other) ? other : undefined;
  };
  const withDropout = (end: string): string | undefined => {
    const other = end.replace(/^classifier\.([146])\./, (_, i: string) => `classifier.${DROPOUT[i]!}.`);
    return known.has(other) ? other : undefined;
  };
  const asItIs = (name: string): string => name;
  return [plain, withDropout].flatMap((entryOf) => [asItIs, unwrapped].map((read) => ({ read, entryOf })));
}

/** What people call the last dense layer of a net that is one layer. */
const LAST_LAYER = /^(fc|linear|classifier|head|logits|last_linear|output)\./;
const DROPOUT: Readonly<Record<string, number>> = { 1: 0, 4: 2, 6: 4 };

/** Without the names of what PyTorch wraps around parts of a net. */
export function unwrapped(name: string): string {
  return name.replace(/(^|\.)(?:(?:module|_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\.)+/g, "$1");
}

function lastLayer(entries: readonly StateEntry[]): string {
  const name = entries.reduce((last, entry) => (entry.shape.length === 2 ? entry.name : last), "");
  return name.slice(0, name.lastIndexOf("."));
}

import { platform } from "#platform";

/**
 * Checks that some packages find the same `@tensorflow/tfjs-core` as `@kwta/backend` does, as far as that can be known before
 * they are loaded: in Node.
 *
 * @param names packages of TensorFlow.js; those that are not installed are left out
 * @param from the module that imports them: its `import.meta.url`
 * @throws InputError that names the first one that finds another copy
 */
export function checkCopies(names: readonly string[], from: string): void {
  platform.checkCopies(names, from);
}

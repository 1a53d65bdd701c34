import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Checks that one copy of `@tensorflow/tfjs-core` is loaded: tensors and layers of different copies do not mix.
 *
 * @throws InputError when another copy was loaded before this one
 */
export function checkOneCopy(): void {
  if (tf.env() instanceof tf.Environment) return;
  throw new InputError(
    `Two copies of @tensorflow/tfjs-core are loaded; this one has version ${tf.version_core}. ` +
      'Find them with "npm ls @tensorflow/tfjs-core" and ask for one version everywhere, such as 4.22.0.',
  );
}

/**
 * Checks that TensorFlow.js can compute gradients. `@tensorflow/tfjs-core` alone has none: they come with
 * `@tensorflow/tfjs-layers` or `@tensorflow/tfjs`.
 *
 * @throws InputError that says what to import
 */
export function checkGradients(): void {
  if (tf.getGradient("Sum") !== undefined) return;
  throw new InputError(
    'TensorFlow.js has no gradients yet. Write import "@tensorflow/tfjs-layers" once, before training or attacking, ' +
      "or start it with startBackend, which does that.",
  );
}

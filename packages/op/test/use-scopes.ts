import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach } from "vitest";

/** Disposes of what each test of a `describe` leaves. */
export function useScopes(): void {
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());
}

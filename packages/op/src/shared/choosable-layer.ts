import { layers } from "@tensorflow/tfjs-layers";
import { parseBackward } from "./backward.ts";
import { inputError } from "./errors.ts";

/** A layer whose gradient is a choice of the call, made from outside by {@link ChoosableLayer.withBackward}. */
export abstract class ChoosableLayer extends layers.Layer {
  /** The choice that holds now; `call` obeys it. */
  protected backward = "exact";

  /**
   * Calls `f`, during which this layer's gradient is `backward`; the former choice comes back even when `f` throws. The
   * choice belongs to what is computed forward in `f`, wherever its gradient is taken.
   *
   * @param backward see {@link parseBackward}
   * @throws Error when `f` returns a promise, since the choice would end before its work
   */
  withBackward<T>(backward: string, f: () => T): T {
    const restore = this.useBackward(backward);
    try {
      const result = f();
      if (result instanceof Promise) {
        throw inputError(
          "withBackward lasts until its function returns, and this one returned a promise. Await outside.",
        );
      }
      return result;
    } finally {
      restore();
    }
  }

  /**
   * Makes this layer's gradient `backward` until the function that it returns is called.
   *
   * @param backward see {@link parseBackward}
   */
  useBackward(backward: string): () => void {
    parseBackward(backward);
    const former = this.backward;
    this.backward = backward;
    return () => (this.backward = former);
  }
}

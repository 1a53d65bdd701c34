import type { LayerContainer } from "../kwta/kwta-layers.ts";
import { ChoosableLayer } from "./choosable-layer.ts";
import type { Draws } from "./row-random.ts";

/**
 * A layer that answers at random. Its choices depend on its name, the sample and the draw; both are said by
 * {@link RandomLayer.useDraws}. Where nobody says them, the rows of a batch are samples 0, 1, ..., and each call is a new
 * draw.
 */
export abstract class RandomLayer extends ChoosableLayer {
  private given: Draws | undefined;
  private calls = 0;

  /**
   * Says which choices the rows of the next calls make, until the function that it returns is called.
   *
   * @param ids the samples of the rows
   * @param draws the same number for the same sample makes the same choices
   */
  useDraws(ids: Int32Array, draws: Uint32Array): () => void {
    const former = this.given;
    this.given = { ids, draws };
    return () => (this.given = former);
  }

  /** What a batch of this size draws. */
  protected drawsOf(batch: number): Draws {
    if (this.given !== undefined) return this.given;
    return { ids: Int32Array.from({ length: batch }, (_, i) => i), draws: new Uint32Array(batch).fill(this.calls++) };
  }
}

/** Says which choices the random layers of a model make, until the function that it returns is called. */
export function useDraws(model: LayerContainer, ids: Int32Array, draws: Uint32Array): () => void {
  const undo = randomLayers(model).map((layer) => layer.useDraws(ids, draws));
  return () => undo.forEach((each) => each());
}

function randomLayers(model: LayerContainer): RandomLayer[] {
  return model.layers.flatMap((layer) => {
    if (layer instanceof RandomLayer) return [layer];
    return "layers" in layer ? randomLayers(layer as unknown as LayerContainer) : [];
  });
}

import type { ModelCard } from "./model-card.ts";

/** A net of this package: its card, and where its weights are. */
export interface PretrainedNet {
  readonly card: ModelCard;
  /** Beside this module: a file in Node, an address in a page. Written out in full, so that bundlers find it. */
  readonly url: URL;
}

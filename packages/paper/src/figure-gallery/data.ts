import { flag, list, object, positive, text, type Check } from "../contract/data-checks.ts";
import { standing, type Standing } from "../shared/accuracies/data.ts";

/** One activation of the family, in a network that was trained like the others. */
export interface GalleryRow {
  readonly label: string;
  /** `"stochastic-lwta:2"` */
  readonly activation: string;
  /** Whether it has a derivative that attacks may choose. */
  readonly hides: boolean;
  readonly clean: Standing;
  readonly standard: Standing;
  readonly adaptive: Standing;
}

/** Every activation of the family under two protocols. */
export interface GalleryData {
  /** Radius of the attacks, for images in [0, 1]. */
  readonly eps: number;
  /** What the protocols were, with what was left out of them. */
  readonly protocols: { readonly standard: string; readonly adaptive: string };
  readonly rows: readonly GalleryRow[];
}

/** @see GalleryData */
export const check: Check = object({
  eps: positive,
  protocols: object({ standard: text, adaptive: text }),
  rows: list(
    object({ label: text, activation: text, hides: flag, clean: standing, standard: standing, adaptive: standing }),
    1,
  ),
});

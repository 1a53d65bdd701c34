import { also, list, Mismatch, object, orNull, positive, text, whole, type Check } from "../contract/data-checks.ts";
import type { Standing } from "../shared/accuracies/data.ts";

/** What one attack did to each image, in the order of the images. */
export interface AttackRun {
  /** One of {@link ATTACKS}. */
  readonly id: AttackId;
  /** Forward and backward passes of the image that took the most: all that it may, where one stands. */
  readonly passes: number;
  /** Passes until the image was first broken: 0 where it is wrong without attack, null where it stands. */
  readonly brokenAt: readonly (number | null)[];
}

/** The attacks of the figure, in the order of colours. */
export const ATTACKS = {
  pgd: "PGD",
  gate: "PGD through the gate",
  apgd: "APGD",
  estimate: "gradient estimate",
  square: "Square",
} as const;

/** @see {@link ATTACKS} */
export type AttackId = keyof typeof ATTACKS;

/** One network of {@link GradientsData}. */
export interface AttackedNet {
  readonly label: string;
  readonly activation: string;
  /** Radius of the attacks, for images in [0, 1]. */
  readonly eps: number;
  readonly attacks: readonly AttackRun[];
}

/** Accuracy over what an attack may cost. */
export interface GradientsData {
  readonly nets: readonly AttackedNet[];
}

/** What is left of the images by an attack that may cost so many passes of each. */
export function standingAt({ brokenAt }: AttackRun, passes: number = Infinity): Standing {
  const isWrong = (at: number | null): boolean => at !== null && at <= passes;
  return { n: brokenAt.length, wrong: [...brokenAt.keys()].filter((i) => isWrong(brokenAt[i]!)) };
}

const run: Check = object({ id: text, passes: positive, brokenAt: list(orNull(whole), 1) });

/** @see GradientsData */
export const check: Check = object({
  nets: list(
    also<AttackedNet>(
      object({ label: text, activation: text, eps: positive, attacks: list(run, 1) }),
      ({ attacks }, path) => {
        const unknown = attacks.findIndex(({ id }) => !Object.hasOwn(ATTACKS, id));
        if (unknown >= 0) throw new Mismatch(`${path}.attacks[${unknown}].id is no attack of the figure`);
        const n = attacks[0]!.brokenAt.length;
        const other = attacks.findIndex(({ brokenAt }) => brokenAt.length !== n);
        if (other >= 0)
          throw new Mismatch(`${path}.attacks[${other}].brokenAt is not of ${n} images, as the first one is`);
      },
    ),
    1,
  ),
});

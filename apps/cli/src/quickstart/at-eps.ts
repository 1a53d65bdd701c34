import type { Evaluation, Rate } from "@kwta/evaluation";

/** What an evaluation says of one eps. */
export interface AtEps {
  /** Accuracy under each attack that was run there. */
  readonly attacks: readonly { readonly id: string; readonly n: number; readonly accuracy: Rate }[];
  /** In the worst case over them, and over what was broken at a smaller eps. */
  readonly robust: Rate;
  /** Whether that number is not to be believed. */
  readonly flagged: boolean;
}

/** The numbers of an evaluation at one of its sizes. */
export function atEps({ attacks, robust }: Evaluation, eps: number): AtEps {
  const { accuracy, flagged } = robust.find((each) => each.eps === eps)!;
  return {
    attacks: attacks.flatMap(({ id, n, at }) => {
      const found = at.find((part) => part.eps === eps);
      return found === undefined ? [] : [{ id, n, accuracy: found.accuracy }];
    }),
    robust: accuracy,
    flagged,
  };
}

import { runAttack, type AttackLike, type AttackResult, type RunAttackOptions, type Samples } from "@kwta/attacks";
import type { Split } from "@kwta/datasets";
import { sizeOf, withoutSizes, type Sizes } from "./threat.ts";
import { classifierOf, onTensors, type Victim } from "./victim.ts";

/** Options of {@link attack}: the size of the perturbation, such as `{ linf: "8/255" }`, and those of `runAttack`. */
export type AttackOptions = Sizes<number | string> & Partial<Omit<RunAttackOptions, "threat">>;

/**
 * Attacks samples of a data set, or `{ x, labels }` of your own; see `runAttack` of `@kwta/attacks`.
 *
 * @throws InputError for bad input of any kind
 *
 * @example
 * ```ts
 * const { success } = await attack(pgd({ steps: 40 }), net, subset(data.test, 100), { linf: "8/255" });
 * ```
 */
export function attack(
  chosen: AttackLike,
  victim: Victim,
  samples: Split | Samples,
  options: AttackOptions,
): Promise<AttackResult> {
  const settings = { seed: 0, ...withoutSizes(options), threat: sizeOf(options) };
  const classifier = classifierOf(victim);
  return onTensors(samples, classifier, (tensors) => runAttack(chosen, classifier, tensors, settings));
}

import { asClassifier, parseAttack, runAttack, threatModel, type Attack, type ThreatModel } from "@kwta/attacks";
import { checkOptions, checkWhole, InputError, isObject, show } from "@kwta/core";
import { toTensors, type Split } from "@kwta/datasets";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Validation } from "./settings.ts";

/** A {@link Validation} that was checked. */
export interface CheckedValidation {
  readonly attack: Attack;
  readonly threat: ThreatModel;
  readonly every: number;
  readonly samples: number;
}

const OPTIONS: Readonly<Record<keyof Validation, true>> = {
  attack: true,
  norm: true,
  eps: true,
  every: true,
  samples: true,
};

/** @throws InputError for an attack that does not exist, and sizes that cannot be */
export function checkValidation(given: Validation): CheckedValidation {
  if (!isObject(given)) throw new InputError(`The validation is ${show(given)}; give { eps: "8/255" }.`);
  checkOptions("the validation", given, OPTIONS);
  const { attack = "pgd:steps=20", norm = "linf", eps, every = 1, samples = 200 } = given;
  if (typeof attack !== "string") {
    throw new InputError(
      `The attack of the validation is ${show(attack)}; write it as --attack has it: "pgd:steps=20".`,
    );
  }
  return {
    attack: parseAttack(attack),
    threat: threatModel({ norm, eps }),
    every: checkWhole("The epochs from validation to validation", every),
    samples: checkWhole("The images of the validation", samples),
  };
}

/**
 * Share of the first images of a split that an attack leaves correct.
 *
 * @throws AbortedError when the signal stopped it
 */
export async function robustAccuracy(
  model: LayersModel,
  split: Split,
  { attack, threat, samples }: CheckedValidation,
  options: { readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<number> {
  const { x, labels, ids } = toTensors(split, { start: 0, end: Math.min(samples, split.size) });
  try {
    const result = await runAttack(attack, asClassifier(model), { x, labels, ids }, { threat, ...options });
    result.dispose();
    const standing = result.cleanCorrect.filter((correct, i) => correct === 1 && result.success[i] === 0);
    return standing.length / labels.length;
  } finally {
    x.dispose();
  }
}

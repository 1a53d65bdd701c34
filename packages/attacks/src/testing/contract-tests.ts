import { toAttack, type AttackLike } from "../contract/attack.ts";
import type { Norm } from "../norms/index.ts";
import { accountingTests } from "./accounting-tests.ts";
import { bench } from "./bench.ts";
import { honestyTests } from "./honesty-tests.ts";
import { hurdleTests } from "./hurdle-tests.ts";
import { minimumNormTests } from "./minimum-norm-tests.ts";
import { reproducibilityTests } from "./reproducibility-tests.ts";
import { resourceTests } from "./resource-tests.ts";
import { resumptionTests } from "./resumption-tests.ts";
import { threatTests } from "./threat-tests.ts";

const GROUPS = [
  threatTests,
  hurdleTests,
  reproducibilityTests,
  resumptionTests,
  resourceTests,
  accountingTests,
  honestyTests,
  minimumNormTests,
];

/** Settings of {@link contractTests}. */
export interface ContractOptions {
  /**
   * How much more than the closed-form optimum the attack may need on a linear model. Below 0.95 times the optimum no
   * attack may succeed. `Infinity` for attacks that promise nothing, such as random noise.
   *
   * @defaultValue 1.05
   */
  readonly optimumFactor?: number | undefined;
  /**
   * Whether the result depends on the seed with these parameters.
   *
   * @defaultValue what the attack declares
   */
  readonly stochastic?: boolean | undefined;
  /** @defaultValue all that the attack declares */
  readonly norms?: readonly Norm[] | undefined;
}

/** One test: throws an Error with the reason when the attack breaks the contract. */
export interface ContractTest {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * The tests that every attack must pass, for any test runner. They need a TensorFlow.js backend whose result for a row
 * does not depend on the rest of the batch, as that of `cpu` does not.
 *
 * @param attack with parameters that are cheap on the small linear problems of the suite
 *
 * @example
 * ```ts
 * for (const { name, run } of contractTests(myAttack({ steps: 10 }))) test(name, run);
 * ```
 */
export function contractTests(attack: AttackLike, options: ContractOptions = {}): ContractTest[] {
  const { optimumFactor = 1.05, stochastic = attack.stochastic, norms = attack.norms } = options;
  return norms.flatMap((norm) => {
    const setup = bench({ ...toAttack(attack), stochastic }, norm, optimumFactor);
    return GROUPS.flatMap((group) =>
      Object.entries(group(setup)).map(([name, run]) => ({ name: `${attack.id} in ${norm} ${name}`, run })),
    );
  });
}

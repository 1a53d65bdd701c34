import type { AttackPlugin } from "../attack.ts";
import type { Params } from "../params.ts";
import { accountingTests } from "./_accounting-tests.ts";
import { bench, type Bench } from "./_bench.ts";
import { honestyTests } from "./_honesty-tests.ts";
import { reproducibilityTests } from "./_reproducibility-tests.ts";
import { resourceTests } from "./_resource-tests.ts";
import { threatTests } from "./_threat-tests.ts";

/** Settings of {@link contractTests}. */
export interface ContractOptions<P extends Params = Params> {
  /**
   * Cheap parameters for the small linear problems of the suite.
   *
   * @defaultValue the attack's own
   */
  readonly params?: Partial<P> | undefined;
  /**
   * How much more than the closed-form optimum the attack may need on a linear model. Below 0.95 times the optimum no
   * attack may succeed.
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
 * @example
 * ```ts
 * for (const { name, run } of contractTests(myAttack, { params: { steps: 10 } })) test(name, run);
 * ```
 */
export function contractTests<P extends Params>(
  attack: AttackPlugin<P>,
  options: ContractOptions<P> = {},
): ContractTest[] {
  const { params = {}, optimumFactor = 1.05, stochastic = attack.stochastic } = options;
  const setup: Bench = bench<P>({ ...attack, stochastic }, params, optimumFactor);
  return [threatTests, reproducibilityTests, resourceTests, accountingTests, honestyTests].flatMap((group) =>
    Object.entries(group(setup)).map(([name, run]) => ({ name: `${attack.id} ${name}`, run })),
  );
}

import { restarts } from "../combinators/restarts.ts";
import type { Bench, TestGroup } from "./bench.ts";
import { check } from "./expect.ts";
import { withHook } from "./doubles.ts";

/** What is reported is what happened. */
export function accountingTests(bench: Bench): TestGroup {
  return {
    "reports the queries and gradients that it made": () => counts(bench),
    "keeps to its query budget": () => budget(bench),
    "gives each sample a budget of its own": () => ownBudget(bench),
    "does not lose by restarts": () => moreStarts(bench),
  };
}

async function counts({ trial, attack, problem }: Bench): Promise<void> {
  const calls = { logits: new Map<number, number>(), lossAndGradient: new Map<number, number>() };
  const classifier = withHook(problem.classifier, (kind, _x, ids) => {
    for (const id of ids) calls[kind].set(id, (calls[kind].get(id) ?? 0) + 1);
  });
  const outcome = await trial({ classifier });
  for (const row of problem.inputs.keys()) {
    const gradients = calls.lossAndGradient.get(row) ?? 0;
    // Two forward passes are the runner's own: one before the attack, one to verify.
    const queries = (calls.logits.get(row) ?? 0) - 2 + gradients;
    check(outcome.gradients[row] === gradients, `Sample ${row}: ${outcome.gradients[row]} of ${gradients} gradients.`);
    check(outcome.queries[row] === queries, `Sample ${row}: ${outcome.queries[row]} of ${queries} queries reported.`);
    check(attack.access === "gradient" || gradients === 0, `An attack of access ${attack.access} took a gradient.`);
    const { [row]: first = -1 } = outcome.firstSuccessAt;
    const isPlausible = outcome.success[row] === 1 ? first >= 1 && first <= queries : first === -1;
    check(isPlausible, `Sample ${row}: the first success was reported at query ${first} of ${queries}.`);
  }
}

async function budget({ trial }: Bench): Promise<void> {
  for (const queries of [1, 3]) {
    const outcome = await trial({ budget: { queries } });
    check(
      outcome.queries.every((made) => made <= queries),
      `A budget of ${queries} queries per sample was exceeded.`,
    );
  }
}

async function ownBudget({ trial, problem }: Bench): Promise<void> {
  const five = { queries: 5 };
  const together = await trial({ budget: five });
  for (const row of problem.inputs.keys()) {
    const { queries, success } = await trial({ budget: five, rows: [row] });
    const isSame = queries[0] === together.queries[row] && success[0] === together.success[row];
    check(isSame, `Sample ${row} got ${together.queries[row]} of its queries in a batch, and ${queries[0]} alone.`);
  }
}

async function moreStarts({ trial, attack }: Bench): Promise<void> {
  const once = await trial();
  const twice = await trial({ attack: restarts(attack, { count: 2 }) });
  for (const [row, success] of once.success.entries()) {
    check(twice.success[row]! >= success, `Sample ${row} was broken by one start and not by two.`);
  }
}

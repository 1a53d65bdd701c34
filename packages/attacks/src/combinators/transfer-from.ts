import { AbortedError, InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Attack } from "../contract/attack.ts";
import type { Classifier } from "../contract/classifier.ts";
import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import type { RunContext } from "../contract/context.ts";
import { goalOf } from "../losses/goal.ts";
import { gatherRows } from "../runtime/rows.ts";
import { runAttack } from "../runtime/run-attack.ts";

/**
 * Attacks by way of another model: the attack makes its points on the surrogate, where it takes all its steps and its best
 * point counts, and the victim is asked one question per sample, whether that point fools it. It needs nothing of the victim
 * but its decision; what it costs on the surrogate is not counted.
 *
 * @param surrogate takes the same images and has the same classes
 * @param name tells this surrogate from others, in results and in texts: `"transfer-resnet18(pgd)"`
 * @throws InputError for a name that texts cannot hold; the attack, where surrogate and victim do not fit together
 *
 * @example
 * ```ts
 * const viaResnet = transferFrom(resnet, "resnet18");
 * const { success } = await runAttack(viaResnet(vmi), victim, samples, { threat, seed: 0 });
 * parseAttack("transfer-resnet18(vmi)", [viaResnet]);
 * ```
 */
export function transferFrom(surrogate: Classifier, name: string): Combinator<Readonly<Record<never, never>>> {
  if (!/^[\w.-]+$/.test(name)) {
    throw new InputError(`The surrogate's name is ${show(name)}. Use letters, digits, ".", "_" and "-".`);
  }
  return defineCombinator({
    id: `kwta/transfer-${name}`,
    version: "1.0.0",
    access: "label",
    kind: "budget",
    params: {},
    async run(start, of) {
      for (const [i, attack] of of.entries()) {
        const { ctx } = start.with({ part: [i, of.length] }).narrow({});
        // Each size of ball is a run of its own.
        for (const size of new Set(ctx.threat.sizes)) {
          const rows = Int32Array.from([...ctx.ids.keys()].filter((row) => ctx.threat.sizes[row] === size));
          await transfer(ctx, attack, surrogate, rows, size, i);
        }
      }
    },
  });
}

async function transfer(
  ctx: RunContext,
  attack: Attack,
  surrogate: Classifier,
  rows: Int32Array,
  size: number,
  index: number,
): Promise<void> {
  const ids = rows.map((row) => ctx.ids[row]!);
  const points = await pointsOf(ctx, attack, surrogate, rows, size, index);
  try {
    (await ctx.oracle.labelsAsync(points, ids)).dispose();
    await ctx.tick(1);
  } finally {
    points.dispose();
  }
}

/** What the attack finds on the surrogate. */
async function pointsOf(
  ctx: RunContext,
  attack: Attack,
  surrogate: Classifier,
  rows: Int32Array,
  size: number,
  index: number,
): Promise<tf.Tensor> {
  const { norm, bounds } = ctx.threat;
  const goal = goalOf(ctx.goal, rows);
  const x = gatherRows(ctx.x, rows);
  const begin = ctx.start && gatherRows(ctx.start, rows);
  const stop = new AbortController();
  // The run on the surrogate is stopped when the outer one is.
  let ticking: Promise<void> = Promise.resolve();
  const onProgress = ({ done, total }: { done: number; total: number }): void => {
    ticking = ticking.then(() => ctx.tick(done / total)).catch(() => stop.abort());
  };
  try {
    const result = await runAttack(
      attack,
      surrogate,
      { x, labels: goal.labels, ids: rows.map((row) => ctx.ids[row]!) },
      {
        threat: { norm, eps: typeof ctx.threat.eps === "number" ? ctx.threat.eps : size, bounds },
        // The same for every sample of the run.
        seed: Math.floor(ctx.random(`surrogate ${index}`, 0).at(0) * 2 ** 24),
        start: begin,
        targets: goal.kind === "targeted" ? goal.targets : undefined,
        stopEarly: false,
        keepFailed: true,
        batchSize: rows.length,
        signal: stop.signal,
        onProgress,
      },
    );
    return result.adversarial;
  } catch (error) {
    // The outer run says itself that it was aborted.
    if (error instanceof AbortedError) await ctx.tick();
    throw error;
  } finally {
    await ticking;
    x.dispose();
    begin?.dispose();
  }
}

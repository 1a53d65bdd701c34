import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Attack } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import type { GradientOracle } from "../contract/oracle.ts";

/** Another point to take a gradient at, and how that gradient comes back to the point itself. */
export interface Detour {
  to(x: tf.Tensor): tf.Tensor;
  back(gradient: tf.Tensor): tf.Tensor;
}

/** No detour. */
export const STRAIGHT: Detour = { to: (x) => x, back: (gradient) => gradient };

/**
 * Loss and gradient as means over several detours: of an attack that maximises not the loss of a point, but its mean over
 * what may happen to the point. The scores are those of the point itself, which costs a query where no detour leads there.
 *
 * @param detoursOf the ways from points of these samples; of `turns` see {@link turnsOf}
 */
export function byDetours(
  ctx: Pick<RunContext, "asked" | "oracle">,
  detoursOf: (x: tf.Tensor, ids: Int32Array, turns: Int32Array) => readonly Detour[],
): GradientOracle["lossAndGradient"] {
  const { oracle } = ctx;
  return (x, ids, loss, options) =>
    tf.tidy(() => {
      const detours = detoursOf(x, ids, turnsOf(ctx, ids));
      const answers = detours.map((way) => {
        const answer = oracle.lossAndGradient(way.to(x), ids, loss, options);
        return { ...answer, gradient: way.back(answer.gradient) };
      });
      const here = answers[detours.indexOf(STRAIGHT)];
      return {
        loss: mean(answers.map((answer) => answer.loss)) as tf.Tensor1D,
        gradient: mean(answers.map(({ gradient }) => gradient)),
        logits: here?.logits ?? oracle.logits(x, ids),
      };
    });
}

/** @throws InputError for attacks that ask for no gradient */
export function needsGradients(name: string, of: readonly Attack[]): void {
  const blind = of.find(({ access }) => access !== "gradient");
  if (blind === undefined) return;
  throw new InputError(
    `${name} changes the gradients that an attack sees, and ${blind.id} asks for none. Leave it out.`,
  );
}

/**
 * A number for each of these points that no other point of its sample has had: how many queries the sample had before. What
 * draws random numbers by it keeps nothing in mind, so that it can be stopped and go on.
 */
export function turnsOf({ asked }: Pick<RunContext, "asked">, ids: Int32Array): Int32Array {
  const counts = new Map<number, number>();
  return ids.map((id) => {
    const turn = counts.get(id) ?? asked(id);
    counts.set(id, turn + 1);
    return turn;
  });
}

function mean(tensors: readonly tf.Tensor[]): tf.Tensor {
  return tensors.length === 1 ? tensors[0]! : tf.div(tf.addN([...tensors]), tensors.length);
}

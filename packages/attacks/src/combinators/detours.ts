import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Attack } from "../contract/attack.ts";
import type { GradientOptions, LossAndGradient } from "../contract/classifier.ts";
import type { RunContext } from "../contract/context.ts";
import type { GradientOracle } from "../contract/oracle.ts";
import { copyRows, rowsFrom } from "../runtime/rows.ts";
import type { LossName } from "../losses/index.ts";
import type { PerSampleLoss } from "../losses/loss.ts";

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
      const width = Math.max(1, Math.floor(WIDEST / ids.length));
      const answers = Array.from({ length: Math.ceil(detours.length / width) }, (_, i) => {
        const ways = detours.slice(i * width, (i + 1) * width);
        return askTogether(oracle, ways, x, ids, loss, options);
      }).flat();
      const here = answers[detours.indexOf(STRAIGHT)];
      return {
        loss: mean(answers.map((answer) => answer.loss)) as tf.Tensor1D,
        gradient: mean(answers.map(({ gradient }) => gradient)),
        logits: here?.logits ?? oracle.logits(x, ids),
      };
    });
}

/** Rows of one call: where there are fewer samples, several detours share it. */
const WIDEST = 100;

/** The answers of some detours by one call of the model. */
function askTogether(
  oracle: GradientOracle,
  ways: readonly Detour[],
  x: tf.Tensor,
  ids: Int32Array,
  loss: LossName | PerSampleLoss,
  options: GradientOptions | undefined,
): LossAndGradient[] {
  if (ways.length === 1) {
    const answer = oracle.lossAndGradient(ways[0]!.to(x), ids, loss, options);
    return [{ ...answer, gradient: ways[0]!.back(answer.gradient) }];
  }
  const points = tf.concat(
    ways.map((way) => way.to(x)),
    0,
  );
  const of = Int32Array.from(ways.flatMap(() => [...ids]));
  // A function takes the logits of these samples, once each.
  const lossOfAll =
    typeof loss === "string"
      ? loss
      : (logits: tf.Tensor2D): tf.Tensor1D =>
          tf.concat(tf.split(logits, ways.length).map((part) => loss(part as tf.Tensor2D)));
  const together = oracle.lossAndGradient(points, of, lossOfAll, options);
  return ways.map((way, i) => {
    const rows = rowsFrom(i * ids.length, ids.length);
    return {
      loss: copyRows(together.loss, rows),
      logits: copyRows(together.logits, rows),
      gradient: way.back(copyRows(together.gradient, rows)),
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

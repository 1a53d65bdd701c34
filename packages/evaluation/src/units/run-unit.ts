import {
  gatherRows,
  CannotRunError,
  runAttack,
  type AttackResult,
  type Classifier,
  type RunAttackOptions,
} from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { floatsToBase64 } from "../base64.ts";
import type { Unit, UnitOutcome, UnitResult, UnitWork } from "./unit.ts";

/**
 * Does a unit with a model in this process.
 *
 * @param batchSize samples in one call of the model
 * @throws InputError for settings that the attack cannot use
 * @throws AbortedError when the signal stopped it
 */
export async function runUnit(
  classifier: Classifier,
  unit: Unit,
  { batchSize, ...work }: UnitWork & Pick<RunAttackOptions, "batchSize" | "snapshotEveryMs">,
): Promise<UnitResult> {
  const { threat, aim, seed, passes, draws, labels, ids, targets, clean, keepBest } = unit;
  const shape = [...unit.shape];
  const x = tf.tensor(unit.x, shape, "float32");
  const start = unit.start && tf.tensor(unit.start, shape, "float32");
  try {
    const result = await runAttack(
      unit.attack,
      classifier,
      { x, labels, ids },
      { threat, aim, seed, budget: { passes }, draws, targets, batchSize, clean, start, keepFailed: keepBest, ...work },
    );
    return await outcomeOf(unit, result).finally(() => result.dispose());
  } catch (error) {
    // What a model does not show takes down only the attacks that need it.
    if (error instanceof CannotRunError) return { notRun: error.message };
    throw error;
  } finally {
    x.dispose();
    start?.dispose();
  }
}

async function outcomeOf(unit: Unit, result: AttackResult): Promise<UnitOutcome> {
  const isBroken = (row: number): boolean => result.success[row] === 1;
  return {
    success: [...result.success],
    predicted: Array.from(result.predicted, (each, row) => (isBroken(row) ? each : unit.clean.predicted[row]!)),
    margins: Array.from(result.margin, (each) => (Number.isFinite(each) ? each : null)),
    distances: Array.from(result.distance, (each, row) => (isBroken(row) ? each : null)),
    queries: [...result.queries],
    gradients: [...result.gradients],
    points: await keptPoints(unit, result),
    seconds: result.elapsedMs / 1000,
    // Those are said of all samples together.
    diagnostics: result.diagnostics.filter(({ kind }) => kind !== "probabilities"),
  };
}

async function keptPoints(
  { ids, keepPoints, keepBest }: Unit,
  { success, adversarial }: AttackResult,
): Promise<(string | null)[]> {
  const kept = [...ids.keys()].filter((row) => (success[row] === 1 ? keepPoints : keepBest));
  const points = new Array<string | null>(ids.length).fill(null);
  if (kept.length === 0) return points;
  const gathered = gatherRows(adversarial, Int32Array.from(kept));
  const values = await gathered.data<"float32">();
  gathered.dispose();
  const size = values.length / kept.length;
  for (const [i, row] of kept.entries()) points[row] = floatsToBase64(values.slice(i * size, (i + 1) * size));
  return points;
}

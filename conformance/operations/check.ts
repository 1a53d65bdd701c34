import * as tf from "@tensorflow/tfjs-core";
import { drawFor, type Draw } from "./draw.ts";
import { sizeOf, replace, type Nd } from "./nd.ts";
import type { Case, Meaning, Operation } from "./operation.ts";

/** What was found of one operation. */
export interface Finding {
  readonly operation: string;
  readonly cases: number;
  /** The cases that were wrong, or failed. */
  readonly wrong: number;
  /** The first of them. */
  readonly first?: string;
}

/** Runs an operation in random geometries on the current backend. */
export async function checkOperation(operation: Operation, cases: number, seed: number): Promise<Finding> {
  const failures: string[] = [];
  for (let i = 0; i < cases; i++) {
    const draw = drawFor(seed, operation.name, i);
    const each = operation.draw(draw);
    const failure = await failureOf(each, draw);
    if (failure !== undefined) failures.push(`${JSON.stringify(each.geometry)}: ${failure}`);
  }
  const [first] = failures;
  return { operation: operation.name, cases, wrong: failures.length, ...(first === undefined ? {} : { first }) };
}

async function failureOf(each: Case, draw: Draw): Promise<string | undefined> {
  const inputs = each.inputs.map(({ shape, low, high }): Nd => ({
    shape,
    values: draw.numbers(sizeOf(shape), low, high),
  }));
  try {
    const expected = outputOf(each.meaning, inputs);
    const dy = draw.numbers(expected.values.length);
    const { shape, values } = await run(each, inputs, dy);
    if (shape.join() !== expected.shape.join()) return `its shape is [${shape.join()}], not [${expected.shape.join()}]`;
    const [output, ...gradients] = values;
    const wanted = each.meaning.kind === "constant" ? [] : gradientsOf(each.meaning, inputs, dy);
    return [output!, ...gradients]
      .map((actual, i) => difference(actual, i === 0 ? expected.values : wanted[i - 1]!, each.tolerance))
      .map((error, i) => error && `${i === 0 ? "output" : `gradient by input ${i - 1}`}: ${error}`)
      .find(Boolean);
  } catch (error) {
    return (error as Error).message.split("\n")[0]!;
  }
}

/** The output, and the gradient by each input. */
async function run({ compute, meaning }: Case, inputs: readonly Nd[], dy: readonly number[]) {
  const results = tf.tidy(() => {
    const tensors = inputs.map(({ shape, values }) => tf.tensor([...values], [...shape]));
    const y = compute(...tensors);
    const cotangent = (): tf.Tensor => tf.tensor([...dy], y.shape);
    return meaning.kind === "constant" || y.size !== dy.length ? [y] : [y, ...tf.grads(compute)(tensors, cotangent())];
  });
  const values = await Promise.all(results.map((tensor) => tensor.data()));
  tf.dispose(results);
  return { shape: results[0]!.shape, values };
}

function outputOf(meaning: Meaning, inputs: readonly Nd[]): Nd {
  if (meaning.kind !== "products") return meaning.of(...inputs);
  const values = new Array<number>(sizeOf(meaning.shape)).fill(0);
  const [x, w] = inputs as [Nd, Nd | undefined];
  meaning.products(inputs, (y, i, j) => {
    values[y]! += x.values[i]! * (w ? w.values[j]! : j);
  });
  return { shape: meaning.shape, values };
}

function gradientsOf(meaning: Meaning, inputs: readonly Nd[], dy: readonly number[]): number[][] {
  return meaning.kind === "products"
    ? transposed(meaning, inputs, dy)
    : differences((...changed) => outputOf(meaning, changed), inputs, dy);
}

function transposed(
  { products }: Extract<Meaning, { kind: "products" }>,
  inputs: readonly Nd[],
  dy: readonly number[],
): number[][] {
  const sums = inputs.map(({ values }) => new Array<number>(values.length).fill(0));
  const [x, w] = inputs as [Nd, Nd | undefined];
  products(inputs, (y, i, j) => {
    sums[0]![i]! += dy[y]! * (w ? w.values[j]! : j);
    if (w) sums[1]![j]! += dy[y]! * x.values[i]!;
  });
  return sums;
}

/** Near enough for double precision, and too near for a kink to lie between. */
const STEP = 1e-6;

function differences(f: (...inputs: Nd[]) => Nd, inputs: readonly Nd[], dy: readonly number[]): number[][] {
  return inputs.map(({ shape, values }, which) =>
    values.map((value, i) => {
      const along = (shift: number): number => {
        const changed = { shape, values: replace(values, i, value + shift) };
        return f(...replace(inputs, which, changed)).values.reduce((sum, y, k) => sum + y * dy[k]!, 0);
      };
      return (along(STEP) - along(-STEP)) / (2 * STEP);
    }),
  );
}

/** Tells how far numbers are off, if they are. */
function difference(actual: ArrayLike<number>, expected: readonly number[], tolerance = 2e-5): string | undefined {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  const wrong = expected
    .map((value, i) => Math.abs(value - actual[i]!) / scale)
    .filter((error) => !(error <= tolerance));
  return wrong.length === 0 ? undefined : `off by ${Math.max(...wrong).toExponential(1)}`;
}

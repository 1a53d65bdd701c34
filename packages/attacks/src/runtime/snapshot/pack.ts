import { stableJson, type NamedTensor } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { TracePoint } from "../../contract/trace.ts";
import type { MeterNumbers } from "../meter.ts";
import { OUTCOME, type FinishedBatch, type OutcomeField } from "./finished-batch.ts";
import {
  SNAPSHOT_FORMAT,
  snapshotDigest,
  TRACE_FIELDS,
  type AttackSnapshot,
  type BatchLayout,
  type Layout,
  type LoopLayout,
} from "./format.ts";
import type { RunIdentity } from "./identity.ts";
import type { Journal } from "./journal.ts";
import type { BatchNow, LoopNow } from "./keeper.ts";

/** Takes a snapshot. */
export async function pack(
  identity: RunIdentity,
  elapsedMs: number,
  batches: readonly FinishedBatch[],
  batch: BatchNow | undefined,
  loop: LoopNow | undefined,
): Promise<AttackSnapshot> {
  const tensors = new Map<string, NamedTensor>();
  for (const [i, finished] of batches.entries()) putBatch(tensors, `batch ${i}`, finished);
  const layout: Layout = {
    elapsedMs,
    batches: batches.map(({ at, odd }) => ({ at, odd: [...odd] })),
    batch: batch && (await putBatchNow(tensors, batch, loop)),
  };
  const [run, position] = [stableJson(identity), stableJson(layout)];
  const checked = await snapshotDigest([SNAPSHOT_FORMAT, run, position], tensors);
  return { tensors, metadata: { format: SNAPSHOT_FORMAT, run, position, digest: checked } };
}

type Shelf = Map<string, NamedTensor>;

function putBatch(tensors: Shelf, prefix: string, batch: FinishedBatch): void {
  for (const field of Object.keys(OUTCOME) as OutcomeField[]) putList(tensors, `${prefix}/${field}`, batch[field]);
  tensors.set(`${prefix}/adversarial`, batch.adversarial);
  putTrace(tensors, `${prefix}/trace`, batch.trace);
}

async function putBatchNow(
  tensors: Shelf,
  { at, meter, root }: BatchNow,
  loop: LoopNow | undefined,
): Promise<BatchLayout> {
  const path: BatchLayout["path"][number][] = [];
  for (let run: Journal | undefined = root; run !== undefined; run = run.inner) {
    const prefix = `run ${path.length}`;
    path.push({ attack: run.attack, finished: run.finished.map(({ best }) => best !== undefined) });
    for (const [i, { numbers, best }] of run.finished.entries()) {
      putNumbers(tensors, `${prefix}/${i}`, numbers);
      if (best !== undefined) await putTensor(tensors, `${prefix}/${i}/best`, best);
    }
  }
  putNumbers(tensors, "now", meter.numbers());
  await putTensor(tensors, "now/best", meter.ledger.best);
  putTrace(tensors, "now/trace", meter.trace);
  return { at, path, loop: loop && (await putLoop(tensors, loop)) };
}

async function putLoop(tensors: Shelf, { ids, trusted, read, ordinal, round, step }: LoopNow): Promise<LoopLayout> {
  const state = [...(await read())];
  for (const [name, { data, shape }] of state) tensors.set(`state/${name}`, { data, shape });
  const names = state.map(([name, { dtype }]) => ({ name, dtype }));
  return { ordinal, round, step, ids: [...ids], trusted, state: names };
}

function putNumbers(tensors: Shelf, prefix: string, numbers: MeterNumbers): void {
  for (const [name, values] of Object.entries(numbers)) putList(tensors, `${prefix}/${name}`, values);
}

function putList(tensors: Shelf, name: string, values: ArrayLike<number>): void {
  tensors.set(name, { shape: [values.length], data: Float32Array.from(values) });
}

async function putTensor(tensors: Shelf, name: string, tensor: tf.Tensor): Promise<void> {
  tensors.set(name, { shape: tensor.shape, data: Float32Array.from(await tensor.data<"float32">()) });
}

function putTrace(tensors: Shelf, name: string, trace: readonly TracePoint[]): void {
  const data = Float32Array.from(trace.flatMap((point) => TRACE_FIELDS.map((field) => point[field])));
  tensors.set(name, { shape: [trace.length, TRACE_FIELDS.length], data });
  tensors.set(`${name}/ids`, halves(trace.map(({ id }) => id)));
}

/** Ids are any 32 bits, more than a float holds. */
function halves(ids: readonly number[]): NamedTensor {
  return { shape: [ids.length, 2], data: Float32Array.from(ids.flatMap((id) => [id >> 16, id & 0xffff])) };
}

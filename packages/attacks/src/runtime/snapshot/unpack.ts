import { InputError, isObject, show, type NamedTensor } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { TracePoint } from "../../contract/trace.ts";
import type { Meter, MeterNumbers } from "../meter.ts";
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
import type { Boundary, KeptLoop, KeptRun } from "./journal.ts";
import type { LoopState } from "./loop-state.ts";

/** What a run goes on from. */
export interface Unpacked {
  readonly elapsedMs: number;
  readonly batches: readonly FinishedBatch[];
  readonly batch: { readonly at: number; readonly root: KeptRun } | undefined;
  /** Whether the attack has come to the place where it was stopped. */
  isUsed(): boolean;
}

/**
 * Reads a snapshot.
 *
 * @throws InputError for what is none, is damaged, has another version, or belongs to another run
 */
export async function unpack(snapshot: AttackSnapshot, identity: RunIdentity): Promise<Unpacked> {
  const { tensors, metadata } = checkForm(snapshot);
  const { format, run = "", position = "", digest } = metadata;
  if (format !== SNAPSHOT_FORMAT) {
    refuse(`is of the format ${show(format)}, and ${SNAPSHOT_FORMAT} is read here`);
  }
  if (digest !== (await snapshotDigest([format, run, position], tensors))) refuse("is damaged");
  checkIdentity(JSON.parse(run) as RunIdentity, identity);
  const layout = JSON.parse(position) as Layout;
  const source = new Source(tensors);
  return {
    elapsedMs: layout.elapsedMs,
    batches: layout.batches.map(({ at, odd }, i) => source.batch(`batch ${i}`, at, odd)),
    batch: layout.batch && { at: layout.batch.at, root: source.root(layout.batch) },
    isUsed: () => source.isUsed,
  };
}

function checkForm(value: unknown): AttackSnapshot {
  const { tensors, metadata } = isObject(value) ? value : {};
  if (tensors instanceof Map && isObject(metadata)) return value as AttackSnapshot;
  return refuse("is no snapshot: it has no tensors and metadata");
}

function checkIdentity(then: RunIdentity, now: RunIdentity): void {
  const other = Object.keys(now).find((name) => then[name] !== now[name]);
  if (other === undefined) return;
  const isShort = now[other]!.length + (then[other]?.length ?? 0) < 40;
  refuse(`is of another run (${other}: ${isShort ? `${then[other]} then, ${now[other]} now` : "not the same"})`);
}

function refuse(reason: string): never {
  throw new InputError(`The snapshot ${reason}. Resume with what made it, or start again without it.`);
}

/** The numbers of a snapshot. */
class Source {
  /** Whether the oracle knows again what it knew when the snapshot was made. */
  isUsed = false;
  readonly #tensors: ReadonlyMap<string, NamedTensor>;

  constructor(tensors: ReadonlyMap<string, NamedTensor>) {
    this.#tensors = tensors;
  }

  batch(prefix: string, at: number, odd: Layout["batches"][number]["odd"]): FinishedBatch {
    const field = <F extends OutcomeField>(name: F) => OUTCOME[name].from(this.#get(`${prefix}/${name}`).data);
    const lists = Object.fromEntries((Object.keys(OUTCOME) as OutcomeField[]).map((name) => [name, field(name)]));
    return {
      ...(lists as unknown as Pick<FinishedBatch, OutcomeField>),
      at,
      odd: new Map(odd),
      adversarial: this.#get(`${prefix}/adversarial`),
      trace: this.#trace(`${prefix}/trace`),
    };
  }

  root({ path, loop }: BatchLayout): KeptRun {
    const runs = path.map(({ attack, finished }, depth) => {
      const isInnermost = depth === path.length - 1 && loop === undefined;
      const boundaries = finished.map((hasBest, i) => (meter: Meter): Boundary => {
        // The last thing that happened before a snapshot without a loop.
        if (isInnermost && i === finished.length - 1) this.#restoreNow(meter);
        return this.#restore(meter, `run ${depth}/${i}`, hasBest);
      });
      return { attack, finished: boundaries };
    });
    const innermost = loop && this.#loop(loop);
    return runs.reduceRight<KeptRun | KeptLoop | undefined>(
      (inside, run) => ({ ...run, inside }),
      innermost,
    ) as KeptRun;
  }

  #loop({ state, ids, ...rest }: LoopLayout): KeptLoop {
    const arrays: LoopState = new Map(state.map(({ name, dtype }) => [name, { ...this.#get(`state/${name}`), dtype }]));
    return {
      ...rest,
      ids: Int32Array.from(ids),
      state: arrays,
      restore: (meter) => this.#restoreNow(meter),
    };
  }

  #restoreNow(meter: Meter): void {
    this.isUsed = true;
    meter.restore(this.#numbers("now"), this.#tensor("now/best"));
    meter.trace.splice(0, Infinity, ...this.#trace("now/trace"));
  }

  #restore(meter: Meter, prefix: string, hasBest: boolean): Boundary {
    const numbers = this.#numbers(prefix);
    meter.restore(numbers, hasBest ? this.#tensor(`${prefix}/best`) : undefined);
    return { numbers, best: hasBest ? this.#tensor(`${prefix}/best`) : undefined, isSeen: false };
  }

  #numbers(prefix: string): MeterNumbers {
    const names = [...this.#tensors.keys()].filter((name) => name.startsWith(`${prefix}/`));
    return Object.fromEntries(names.map((name) => [name.slice(prefix.length + 1), this.#get(name).data]));
  }

  #tensor(name: string): tf.Tensor {
    const { data, shape } = this.#get(name);
    return tf.tensor(data.slice(), [...shape]);
  }

  #trace(name: string): TracePoint[] {
    const { data } = this.#get(name);
    const { data: halves } = this.#get(`${name}/ids`);
    const width = TRACE_FIELDS.length;
    return Array.from({ length: halves.length / 2 }, (_, i) => {
      const values = TRACE_FIELDS.map((field, j) => [field, data[i * width + j]!] as const);
      // Negative ids have a negative upper half.
      const id = halves[2 * i]! * 65_536 + halves[2 * i + 1]!;
      return { id, ...(Object.fromEntries(values) as Omit<TracePoint, "id">) };
    });
  }

  #get(name: string): NamedTensor {
    return this.#tensors.get(name) ?? refuse(`lacks the tensor ${show(name)}`);
  }
}

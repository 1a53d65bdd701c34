import { runAttack, type AttackResult, type Classifier, type ThreatModel } from "@kwta/attacks";
import type { LongWork } from "@kwta/core";
import type { EntryResult } from "./evaluation.ts";
import type { ProtocolEntry } from "./protocol.ts";
import { rate } from "./rate.ts";
import { select, type Samples } from "./samples.ts";

/** What the attacks of an evaluation share. */
export interface AttackSetting extends LongWork {
  readonly threat: ThreatModel;
  readonly seed: number;
  /** Samples in one engine call. */
  readonly batchSize: number;
}

/** Runs one attack of a protocol on the first samples that it asks for. */
export async function runEntry(
  classifier: Classifier,
  samples: Samples,
  entry: ProtocolEntry,
  setting: AttackSetting,
): Promise<EntryResult> {
  const n = Math.min(entry.samples ?? samples.labels.length, samples.labels.length);
  const positions = Array.from({ length: n }, (_, i) => i);
  const { broken, result } = await attackAt(classifier, samples, positions, entry, setting);
  const cleanCorrect = count(result.cleanCorrect);
  const errors = n - cleanCorrect;
  return {
    id: entry.id,
    provenance: result.provenance,
    n,
    broken,
    accuracy: rate(n - broken.length, n),
    successRate: rate(broken.length - errors, cleanCorrect),
    queries: sum(result.queries),
    gradients: sum(result.gradients),
    seconds: result.elapsedMs / 1000,
    diagnostics: result.diagnostics,
  };
}

/** Attacks the samples at some positions, and tells which of these are classified wrongly afterwards. */
export async function attackAt(
  classifier: Classifier,
  samples: Samples,
  positions: readonly number[],
  entry: ProtocolEntry,
  { threat, ...setting }: AttackSetting,
): Promise<{ broken: number[]; result: Omit<AttackResult, "adversarial" | "dispose"> }> {
  const { x, labels, ids } = select(samples, positions);
  try {
    const options = { ...setting, threat, ids, ...(entry.params === undefined ? {} : { params: entry.params }) };
    const result = await runAttack(entry.attack, classifier, { x, labels }, options);
    result.dispose();
    const broken = positions.filter((_, i) => !result.cleanCorrect[i] || result.success[i]);
    return { broken, result };
  } finally {
    x.dispose();
  }
}

function count(flags: Uint8Array): number {
  return flags.reduce((total, flag) => total + (flag ? 1 : 0), 0);
}

function sum(values: Uint32Array): number {
  return values.reduce((total, value) => total + value, 0);
}

import {
  CannotRunError,
  gatherRows,
  predictionsOf,
  provenanceOf,
  runAttack,
  type AttackResult,
  type ThreatModel,
} from "@kwta/attacks";
import type { LongWork } from "@kwta/core";
import { floatsToBase64 } from "./base64.ts";
import type { AdversarialImage, AttackEvaluation } from "./evaluation.ts";
import type { EvaluationPart, OpenEvaluation } from "./open-evaluation.ts";
import type { ProtocolEntry } from "./protocols/protocol.ts";
import { rate } from "./rate.ts";

/** Runs one attack of a protocol at each eps, from the smallest up, on what is still standing. */
export async function attackOverEps(evaluation: OpenEvaluation, entry: ProtocolEntry): Promise<AttackEvaluation> {
  const { clean, threats, parts, keyOf } = evaluation;
  const n = Math.min(entry.samples ?? clean.correct.length, clean.correct.length);
  const broken = new Set(positions(n).filter((i) => clean.correct[i] === 0));
  const errors = broken.size;
  const smaller: number[] = [];
  let notRun: string | undefined;
  const at: AttackEvaluation["at"][number][] = [];
  for (const threat of threats) {
    if (entry.eps !== undefined && !entry.eps.includes(threat.eps)) continue;
    const key = parts && (await keyOf(entry.attack, n, threat, smaller));
    let part = key === undefined ? undefined : await parts!.get(key);
    if (part === undefined) {
      const standing = positions(n).filter((i) => !broken.has(i));
      const outcome = await runPart(evaluation, entry, threat, standing).catch(whyNotRun);
      if (typeof outcome === "string") {
        notRun = outcome;
        break;
      }
      part = outcome;
      if (key !== undefined) await parts!.set(key, part);
    }
    for (const position of part.broke) broken.add(position);
    smaller.push(threat.eps);
    at.push({
      ...part,
      broken: [...broken].sort((a, b) => a - b),
      accuracy: rate(n - broken.size, n),
      successRate: rate(broken.size - errors, n - errors),
    });
  }
  return {
    id: entry.id,
    provenance: provenanceOf(entry.attack),
    access: entry.attack.access,
    on: "all",
    role: "verdict",
    aim: "within-eps",
    n,
    ...(notRun !== undefined && { notRun }),
    at,
  };
}

/** What a model does not show takes down only the attacks that need it. */
function whyNotRun(error: unknown): string {
  if (error instanceof CannotRunError) return error.message;
  throw error;
}

async function runPart(
  { classifier, samples, clean, seed, batchSize, keepImages, task, signal, onProgress }: OpenEvaluation,
  { id, attack }: ProtocolEntry,
  threat: ThreatModel,
  standing: readonly number[],
): Promise<EvaluationPart> {
  const rows = Int32Array.from(standing);
  const { labels, ids } = samples;
  const of = (values: Int32Array): Int32Array => rows.map((row) => values[row]!);
  const chosen = { x: gatherRows(samples.x, rows), labels: of(labels), ids: of(ids) };
  try {
    const result = await runAttack(attack, classifier, chosen, {
      threat,
      seed,
      batchSize,
      clean: predictionsOf(clean, rows),
      signal,
      onProgress: renamed(onProgress, `${task}: ${id}`),
    });
    const images = await imagesOf(chosen, standing, result, keepImages).finally(() => result.dispose());
    return {
      eps: threat.eps,
      attacked: standing,
      broke: standing.filter((_, i) => result.success[i] === 1),
      predicted: [...result.predicted],
      margins: Array.from(result.margin, finite),
      distances: Array.from(result.distance, (distance, i) => (result.success[i] === 1 ? distance : null)),
      queries: [...result.queries],
      gradients: [...result.gradients],
      seconds: result.elapsedMs / 1000,
      diagnostics: result.diagnostics,
      images,
    };
  } finally {
    chosen.x.dispose();
  }
}

/** The first samples that the attack broke. */
async function imagesOf(
  {
    x,
    labels,
    ids,
  }: { readonly x: AttackResult["adversarial"]; readonly labels: Int32Array; readonly ids: Int32Array },
  standing: readonly number[],
  { success, predicted, adversarial }: AttackResult,
  most: number,
): Promise<AdversarialImage[]> {
  const rows = [...success.keys()].filter((i) => success[i] === 1).slice(0, most);
  if (rows.length === 0) return [];
  const [before, after] = [gatherRows(x, Int32Array.from(rows)), gatherRows(adversarial, Int32Array.from(rows))];
  const [original, changed] = await Promise.all([before.data<"float32">(), after.data<"float32">()]);
  const size = x.size / labels.length;
  before.dispose();
  after.dispose();
  return rows.map((row, i) => ({
    position: standing[row]!,
    id: ids[row]!,
    label: labels[row]!,
    predicted: predicted[row]!,
    shape: x.shape.slice(1),
    original: floatsToBase64(original.slice(i * size, (i + 1) * size)),
    adversarial: floatsToBase64(changed.slice(i * size, (i + 1) * size)),
  }));
}

function renamed(onProgress: LongWork["onProgress"], task: string): LongWork["onProgress"] {
  return onProgress && ((progress) => onProgress({ ...progress, task }));
}

function positions(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

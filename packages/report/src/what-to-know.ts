import type { Diagnostic } from "@kwta/attacks";
import { epsText } from "@kwta/core";
import type { Evaluation, Finding, RobustAccuracy } from "@kwta/evaluation";
import type { ReportNote, Tone } from "@kwta/viz";
import { verdictNotes } from "./verdict.ts";
import { findingText, SEVERITY_WORDS, whereFound } from "./words.ts";

/** What one must know to read the numbers, the gravest first: findings, what is missing, verdicts, what could not be run. */
export function whatToKnow(evaluation: Evaluation): ReportNote[] {
  return [
    ...findings(evaluation),
    ...partial(evaluation),
    ...verdictNotes(evaluation),
    ...evaluation.robust.filter(({ eps }) => !isSaid(evaluation, "unfinished", eps)).flatMap(convergence),
    ...notRun(evaluation),
    ...counted(evaluation),
    ...arithmetic(evaluation),
  ];
}

const TONES: Readonly<Record<Finding["severity"], Tone>> = { "red-flag": "bad", warning: "bad", note: "neutral" };
const ORDER: readonly Finding["severity"][] = ["red-flag", "warning", "note"];

function findings({ diagnostics }: Evaluation): ReportNote[] {
  const sorted = [...diagnostics].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  return sorted.map((finding) => {
    const where = whereFound(finding);
    const mark = `${SEVERITY_WORDS[finding.severity]}${where === "" ? "" : ` (${where})`}:`;
    return { mark, tone: TONES[finding.severity], text: findingText(finding) };
  });
}

/** A report with less than its protocol asks for. */
function partial({ stopped }: Evaluation): ReportNote[] {
  if (stopped === undefined) return [];
  const missing = stopped.missing.map(({ attack, eps, samples }) => {
    return `${attack}${eps === null ? "" : ` at eps ${epsText(eps)}`} (${samples} images)`;
  });
  const text =
    `The evaluation stopped at its budget of ${durationText(stopped.budget)}, so its robust accuracies are upper bounds. ` +
    `Not run: ${missing.join(", ")}. The same command with more time goes on from here.`;
  return [{ mark: "Partial:", tone: "bad", text }];
}

function durationText(seconds: number): string {
  return seconds >= 120 ? `${Number((seconds / 60).toPrecision(3))} min` : `${Number(seconds.toPrecision(3))} s`;
}

/** Of a protocol that repeats attacks until a round breaks nothing. */
function convergence({ eps, converged, accuracy }: RobustAccuracy): ReportNote[] {
  if (converged === undefined) return [];
  const { yes, rounds, lastRoundBroke } = converged;
  const after = `after ${rounds} ${rounds === 1 ? "round" : "rounds"}`;
  const text = yes
    ? `at eps ${epsText(eps)} ${after}: the last one broke nothing.`
    : `at eps ${epsText(eps)} ${after}: the last one still broke ${lastRoundBroke} of ${accuracy.n} images, and more rounds may break more.`;
  return [{ mark: yes ? "Converged" : "Not converged", tone: yes ? "good" : "bad", text }];
}

/** Attacks that could not be run, with the reason, which is the same for most. */
function notRun({ attacks }: Evaluation): ReportNote[] {
  const reasons = new Map<string, string[]>();
  for (const { id, notRun: reason } of attacks) {
    if (reason !== undefined) reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  }
  return [...reasons].map(([reason, ids]) => ({ mark: "Not run:", text: `${ids.join(", ")}. ${reason}` }));
}

/** That the network was computed another way than it is written. */
function arithmetic({ environment }: Evaluation): ReportNote[] {
  const { batchNorm } = environment;
  return batchNorm === undefined
    ? []
    : [{ mark: "Batch norm:", text: `${batchNorm}; results differ by rounding alone.` }];
}

/** Whether a finding says it already. */
function isSaid({ diagnostics }: Evaluation, id: string, at?: number): boolean {
  return diagnostics.some((each) => each.id === id && (at === undefined || each.eps === at));
}

/** The findings that say more of what attacks count. */
const FINDINGS: Readonly<Partial<Record<Diagnostic["kind"], string>>> = {
  probabilities: "probabilities",
  "zero-gradient": "zero-gradient",
  "non-finite-gradient": "non-finite-gradient",
  "non-finite-logits": "non-finite-scores",
  nondeterministic: "random-answers",
};

/** What attacks counted on the way and no finding says: each kind once, with the attacks that met it. */
function counted(evaluation: Evaluation): ReportNote[] {
  const { n, cleanDiagnostics, attacks } = evaluation;
  const found: Found = new Map(cleanDiagnostics.map((one) => [one.kind, { ...one, ids: new Set<string>() }]));
  for (const { id, at, nearest } of attacks) {
    const runs = nearest === undefined ? at : [...at, nearest];
    for (const one of runs.flatMap(({ diagnostics }) => diagnostics)) note(found, one, id);
  }
  const unsaid = [...found.values()].filter(({ kind }) => !isSaid(evaluation, FINDINGS[kind] ?? ""));
  return unsaid.map(({ kind, count, message, ids }) => {
    const most = `${kind === "leaked-tensors" ? "" : "up to "}${count} of ${n}`;
    return { mark: ids.size > 0 ? `Note (${[...ids].join(", ")}: ${most}):` : "Note:", text: message };
  });
}

type Found = Map<Diagnostic["kind"], Diagnostic & { readonly ids: Set<string> }>;

function note(found: Found, one: Diagnostic, id: string): void {
  const known = found.get(one.kind);
  // What is so without any attack is no news of one.
  if (known !== undefined && known.ids.size === 0) return;
  const ids = known?.ids ?? new Set<string>();
  found.set(one.kind, { ...one, count: Math.max(one.count, known?.count ?? 0), ids: ids.add(id) });
}

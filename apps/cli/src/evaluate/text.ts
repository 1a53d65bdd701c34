import type { Diagnostic } from "@kwta/attacks";
import type { Evaluation } from "@kwta/evaluation";
import { formatTable } from "@kwta/viz";
import { evaluationTable } from "./table.ts";

/** What was found, for people: the table, and what one must know to read it. */
export function evaluationText(evaluation: Evaluation): string {
  const notes = [...notRun(evaluation), ...diagnostics(evaluation)];
  return [formatTable(evaluationTable(evaluation)), ...notes.map((line) => `\n${line}`)].join("\n");
}

/** Attacks that could not be run, with the reason, which is the same for most. */
function notRun({ attacks }: Evaluation): string[] {
  const reasons = new Map<string, string[]>();
  for (const { id, notRun: reason } of attacks) {
    if (reason !== undefined) reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  }
  return [...reasons].map(([reason, ids]) => `Not run: ${ids.join(", ")}. ${reason}`);
}

/** Each kind once, with the attacks that met it. */
function diagnostics({ n, cleanDiagnostics: clean, attacks }: Evaluation): string[] {
  const found = new Map(clean.map((one) => [one.kind, { ...one, ids: new Set<string>() }]));
  for (const { id, at } of attacks) {
    for (const one of at.flatMap((part) => part.diagnostics)) note(found, one, id);
  }
  return [...found.values()].map(({ kind, count, message, ids }) => {
    const where =
      ids.size > 0 ? ` (${[...ids].join(", ")}: ${kind === "leaked-tensors" ? "" : "up to "}${count} of ${n})` : "";
    return `Note${where}: ${message}`;
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

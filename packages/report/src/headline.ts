import { epsText } from "@kwta/core";
import type { Evaluation } from "@kwta/evaluation";
import { targetText } from "./goal.ts";
import { hasRun, percentText, robustName } from "./words.ts";

/** What the model is called. */
export function subjectText({ subject }: Evaluation): string {
  const { model = "a model", dataset } = subject ?? {};
  return dataset === undefined ? model : `${model} on ${dataset}`;
}

/** One sentence that says what was found at the largest eps, and how far it is to be believed. */
export function headline(evaluation: Evaluation): string {
  const { robust, clean, n, threat, protocol, attacks } = evaluation;
  const last = robust.at(-1);
  const start = `${percentText(clean.value)} of ${n} images are classified correctly without an attack`;
  if (last === undefined || !hasRun(last, evaluation) || attacks.length === 0) return `${start}. No attack was run.`;
  const eps = `${epsText(last.eps)} (${threat.norm})`;
  const attacked = protocolName(protocol.id);
  const { value, low, high } = last.accuracy;
  const accuracy = `${percentText(value)} (95 %: ${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
  const name = robustName(last, evaluation);
  const target = targetText(evaluation);
  const aim = target === undefined ? "" : ` against attacks that go for ${target}`;
  if (name === "worst case")
    return `${start}, ${accuracy} in the worst case over the attacks of ${attacked} at eps ${eps}${aim}.`;
  if (last.flagged) {
    return `${start}. At eps ${eps}${aim} the attacks of ${attacked} left ${accuracy} standing, but a red flag says that this number is not to be believed.`;
  }
  return `${start}, and at most ${accuracy} at eps ${eps}${aim}: not all attacks of ${attacked} could be run to their end.`;
}

/** Without its parameters, which stand elsewhere. */
function protocolName(id: string): string {
  const [name = id] = /^[\w@/-]+/.exec(id) ?? [];
  return name === id ? name : `${name}, changed,`;
}

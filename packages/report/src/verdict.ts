import { epsText } from "@kwta/core";
import type { Evaluation, Verdict } from "@kwta/evaluation";
import type { ReportNote } from "@kwta/viz";
import { percentText } from "./words.ts";

/** What became of the robustness that an attack along the model's own gradient showed, in words. */
export function verdictNotes({ verdicts = [] }: Evaluation): ReportNote[] {
  return verdicts.map((verdict) => ({
    mark: `Verdict (eps ${epsText(verdict.eps)}):`,
    tone: verdict.outcome === "gone" ? "bad" : "neutral",
    text: `${start(verdict)}, and ${verdict.against.join(", ")} ${percentText(verdict.remaining.value)}: ${end(verdict)}`,
  }));
}

function start({ attack, seeming }: Verdict): string {
  return `${attack} leaves ${percentText(seeming.value)} of ${seeming.n} images standing`;
}

function end({ attack, outcome, share, needed, paired, p }: Verdict): string {
  const [low, most] = [share.low, share.high].map((each) => Math.round(100 * Math.min(1, Math.max(0, each))));
  switch (outcome) {
    case "gone":
      return `what ${attack} shows is gone, at most ${most} % of it is left.`;
    case "left":
    case "reversed": {
      const own = `${Math.round(100 * share.value)} % of what ${attack} shows is left (${low} to ${most} %)`;
      if (paired.onlyFirst === 0) return `${own}; they take nothing of it.`;
      return p < 0.05
        ? `${own}; that they take more than chance explains says that ${attack} alone is too weak here (p ${pText(p)}).`
        : `${own}; what they take may be chance (p ${pText(p)}).`;
    }
    case "cannot-be-told":
      return `whether anything of what ${attack} shows is left cannot be told with ${paired.n} images; take ${needed}.`;
  }
}

function pText(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

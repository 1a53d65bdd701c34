import { epsText } from "@kwta/core";
import type { ClaimId } from "../claims/claims.ts";
import type { FigureNote } from "../contract/figure-file.ts";
import { judge, testsText } from "../contract/judge.ts";
import { SMALL } from "../shared/accuracies/advantage.ts";
import { pairedOf } from "../shared/accuracies/data.ts";
import { percentOf } from "../shared/accuracies/lines.ts";
import { standingAt, type AttackedNet, type AttackId, type AttackRun, type GradientsData } from "./data.ts";

/** Whether other attacks break what PGD leaves of nets that hide their gradients, and what stands of the others. */
export function notes({ nets }: GradientsData): FigureNote[] {
  const hiding = nets.filter(({ activation }) => activation !== "relu");
  return [
    ...against("gate-breaks", "gate", hiding, true, "PGD through the gate, with as many steps and starts,"),
    ...against("smoothing-breaks", "estimate", hiding, false, "The gradient that is estimated from scores"),
    ...nets.map(describe),
  ];
}

/** @param fair whether it may cost as much as it does where it was published: else, that it is not ahead says nothing */
function against(
  claim: ClaimId,
  id: AttackId,
  nets: readonly AttackedNet[],
  fair: boolean,
  subject: string,
): FigureNote[] {
  const pairs = nets.flatMap((net) => {
    const [pgd, other] = [runOf(net, "pgd"), runOf(net, id)];
    return pgd === undefined || other === undefined ? [] : [{ net, pgd: standingAt(pgd), other: standingAt(other) }];
  });
  if (pairs.length === 0) return [];
  const { kind, tests } = judge(
    pairs.map(({ net, pgd, other }) => ({ name: nameOf(net), paired: pairedOf(pgd, other), fair })),
    { need: "all", margin: SMALL },
  );
  const left = pairs.map(({ net, pgd, other }) => `${percentOf(other)} against ${percentOf(pgd)} of ${nameOf(net)}`);
  return [
    {
      claim,
      kind,
      text:
        `${subject} leaves less than PGD: ${left.join("; ")}. ${pairs[0]!.pgd.n} images, Holm over ${tests.length}: ` +
        `${testsText(tests)}.`,
    },
  ];
}

/** What each attack leaves at its end. */
function describe(net: AttackedNet): FigureNote {
  const ends = net.attacks.map((run) => `${NAMES[run.id]} ${percentOf(standingAt(run))} after ${run.passes}`);
  const clean = percentOf(standingAt(net.attacks[0]!, 0));
  return { kind: "note", text: `${nameOf(net)}: ${clean} without attack; ${ends.join(", ")} passes.` };
}

const NAMES: Readonly<Record<AttackId, string>> = {
  pgd: "PGD leaves",
  gate: "the gate",
  apgd: "APGD",
  estimate: "the estimate",
  square: "Square",
};

function nameOf({ label, eps }: AttackedNet): string {
  return `${label} at ε = ${epsText(eps)}`;
}

function runOf({ attacks }: AttackedNet, id: AttackId): AttackRun | undefined {
  return attacks.find((each) => each.id === id);
}

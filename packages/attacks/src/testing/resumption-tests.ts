import { decodeSafetensors, encodeSafetensors } from "@kwta/core";
import type { AttackSnapshot } from "../runtime/snapshot/format.ts";
import type { Bench, Outcome, TestGroup } from "./bench.ts";
import { check, isSame } from "./expect.ts";

/** A run that was stopped is as good as one that was not. */
export function resumptionTests(bench: Bench): TestGroup {
  return { "goes on after a stop as if there had been none": () => goesOn(bench) };
}

/**
 * Goes on from files made in the middle of a run, the later ones first, when the attack has run to its end: what it keeps
 * anywhere but in its state is then not what it was, as after a new start of the program.
 */
async function goesOn({ trial, attack, problem }: Bench): Promise<void> {
  const options = {
    ...SHORT,
    rows: [...problem.inputs.keys()].slice(0, SHORT.batchSize + 1),
    keepFailed: true,
    aim: attack.kind === "minimum-norm" ? "nearest" : "within-eps",
  } as const;
  const plain = await trial(options);
  const files: Uint8Array[] = [];
  const onSnapshot = (snapshot: AttackSnapshot) => files.push(encodeSafetensors(snapshot));
  checkSame(plain, await trial({ ...options, onSnapshot, snapshotEveryMs: 0 }), "when snapshots were taken of it");
  const places = new Set([0.6, 0.2].map((share) => Math.floor(share * files.length)));
  for (const place of places) {
    const how = `after a stop at snapshot ${place + 1} of ${files.length}`;
    checkSame(plain, await trial({ ...options, resume: decodeSafetensors(files[place]!) }), how);
  }
}

/** Two batches, cut short by a budget: a snapshot at every tick takes time. */
const SHORT = { batchSize: 3, budget: { queries: 30 }, trace: [0, 3] } as const;

function checkSame(a: Outcome, b: Outcome, how: string): void {
  check(isSame(a.values, b.values), `Other points came out ${how}.`);
  for (const field of ["success", "margin", "queries", "gradients", "firstSuccessAt"] as const) {
    check(isSame(a[field], b[field]), `Other values of ${field} came out ${how}.`);
  }
  const asked = ({ trace }: Outcome) => trace.flatMap(({ id, query, margin }) => [id, query, margin]);
  check(isSame(asked(a), asked(b)), `Other points were asked about ${how}.`);
}

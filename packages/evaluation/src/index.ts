export { adversarialExamples, withImages, type AdversarialExamples } from "./adversarial-examples.ts";
export { floatsFromBase64, floatsToBase64 } from "./base64.ts";
export { CHECKS } from "./diagnostics/index.ts";
export type { Check, Look, NotRun, Observation, Scene } from "./diagnostics/check.ts";
export type { ProbeResult, Probes } from "./diagnostics/probes.ts";
export { rowCosines } from "./diagnostics/row-cosines.ts";
export { evaluate } from "./evaluate.ts";
export type {
  AdversarialImage,
  AttackAtEps,
  AttackedSamples,
  AttackEvaluation,
  CheckOutcome,
  DistanceQuantiles,
  EvaluatedSamples,
  Evaluation,
  EvaluationSettings,
  EvaluationSubject,
  Finding,
  MinimumNorm,
  NearestPoints,
  RobustAccuracy,
  Stopped,
  Totals,
} from "./evaluation.ts";
export type { EvaluateOptions } from "./open-evaluation.ts";
export { partsInMemory, type EvaluationPart, type PartStore, type SnapshotStore } from "./units/parts.ts";
export { canBeSent, fromSentUnit, toSentUnit, type SentUnit } from "./units/sent-unit.ts";
export { runUnit } from "./units/run-unit.ts";
export type { Unit, UnitOutcome, UnitResult, UnitRunner, UnitWork } from "./units/unit.ts";
export { adaptiveProtocol } from "./protocols/adaptive.ts";
export { fitProtocol } from "./protocols/fit-protocol.ts";
export { parseProtocol, PROTOCOLS } from "./protocols/index.ts";
export { minimumNormProtocol } from "./protocols/minimum-norm.ts";
export { paper, paperTransfer } from "./protocols/paper.ts";
export { plus } from "./protocols/plus.ts";
export { readProtocol, writeProtocol, type ProtocolFile, type ProtocolFileEntry } from "./protocols/protocol-file.ts";
export {
  defineProtocol,
  toProtocol,
  withAttacks,
  withoutAttacks,
  type Protocol,
  type ProtocolDefinition,
  type ProtocolEntry,
  type ProtocolEntryDefinition,
  type ProtocolMaker,
  type ProtocolProvenance,
} from "./protocols/protocol.ts";
export { quick } from "./protocols/quick.ts";
export { rand } from "./protocols/rand.ts";
export { standard } from "./protocols/standard.ts";
export { rate, type Rate } from "./rate.ts";
export { checkEvaluation } from "./schema/check-evaluation.ts";
export { EVALUATION_SCHEMA } from "./schema/evaluation-schema.ts";
export type { TargetChoice, TargetedGoal } from "./targets.ts";
export { whatIsLeft, type GapVerdict } from "./verdicts/gap.ts";
export type { Verdict } from "./verdicts/verdict.ts";
export { holm } from "./verdicts/holm.ts";
export { mcnemar, type Paired } from "./verdicts/mcnemar.ts";
export { checkSameSamples, compare, differenceOf, type Comparison, type Difference } from "./verdicts/paired.ts";

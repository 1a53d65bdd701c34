export { floatsFromBase64, floatsToBase64 } from "./base64.ts";
export { evaluate } from "./evaluate.ts";
export type {
  AdversarialImage,
  AttackAtEps,
  AttackedSamples,
  AttackEvaluation,
  DistanceQuantiles,
  EvaluatedSamples,
  Evaluation,
  EvaluationSubject,
  Finding,
  MinimumNorm,
  NearestPoints,
  RobustAccuracy,
  Stopped,
  Totals,
} from "./evaluation.ts";
export type { EvaluateOptions } from "./open-evaluation.ts";
export { partsInMemory, type EvaluationPart, type PartStore } from "./units/parts.ts";
export { runUnit } from "./units/run-unit.ts";
export type { Unit, UnitOutcome, UnitResult, UnitRunner } from "./units/unit.ts";
export { parseProtocol, PROTOCOLS } from "./protocols/index.ts";
export {
  defineProtocol,
  toProtocol,
  withAttacks,
  withoutAttacks,
  type Protocol,
  type ProtocolDefinition,
  type ProtocolEntry,
  type ProtocolMaker,
  type ProtocolProvenance,
} from "./protocols/protocol.ts";
export { quick } from "./protocols/quick.ts";
export { differs, rate, type Rate } from "./rate.ts";

export { robustnessCurve } from "./curve.ts";
export { evaluate, type EvaluateOptions, type EvaluationPart } from "./evaluate.ts";
export type { Curve, EntryResult, Evaluation } from "./evaluation.ts";
export { quickProtocol, type Protocol, type ProtocolEntry, type QuickProtocolOptions } from "./protocol.ts";
export { differs, rate, type Rate } from "./rate.ts";
export type { AttackSetting } from "./run-entry.ts";
export { select, type Samples } from "./samples.ts";

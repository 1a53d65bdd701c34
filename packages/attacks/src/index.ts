export {
  ATTACK_API,
  checkPlugin,
  defineAttack,
  type AttackDefinition,
  type AttackPlugin,
  type NestedRunOptions,
  type RunContext,
  type State,
} from "./attack.ts";
export { type Bounds } from "./bounds.ts";
export { builtInAttacks } from "./built-in-attacks.ts";
export { cascade } from "./cascade.ts";
export { type Classifier, type GradientOptions, type LossAndGradient, type PerSampleLoss } from "./classifier.ts";
export { type Diagnostic, type DiagnosticKind } from "./diagnostics.ts";
export { differentiate } from "./differentiate.ts";
export { gateSurrogate, type GateSurrogateParams } from "./gate-surrogate.ts";
export { geometryOf, type Geometry } from "./geometry.ts";
export { goalOf, reaches, type Goal } from "./goal.ts";
export { gradientEstimate, type GradientEstimateParams } from "./gradient-estimate.ts";
export { defineIterative, type IterateState, type IterativeDefinition } from "./iterative.ts";
export { layersClassifier, type LayersClassifierOptions } from "./layers-classifier.ts";
export { linf } from "./linf.ts";
export { perSampleLoss, type LossName } from "./losses.ts";
export {
  type Access,
  type GradientOracle,
  type LabelOracle,
  type OracleFor,
  type QueryBudget,
  type ScoreOracle,
} from "./oracle.ts";
export {
  parseLength,
  resolveParams,
  type Params,
  type ParamSchema,
  type ParamSpec,
  type ParamsOf,
  type ParamValue,
  type SpecOf,
} from "./params.ts";
export { pgd, type PgdLoopParams, type PgdParams } from "./pgd.ts";
export { randomLike } from "./random-like.ts";
export { randomStart } from "./random-start.ts";
export { withRestarts } from "./restarts.ts";
export { type AttackResult, type Provenance } from "./result.ts";
export { runAttack, type AttackData, type RunAttackOptions } from "./run-attack.ts";
export { parseEps, threatModel, type Norm, type ThreatModel, type ThreatModelOptions } from "./threat-model.ts";
export { withParams } from "./with-params.ts";

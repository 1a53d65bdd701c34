export { ATTACKS } from "./attacks/index.ts";
export { apgd } from "./attacks/apgd.ts";
export { apgdT } from "./attacks/apgd-t.ts";
export { cwL2 } from "./attacks/cw-l2.ts";
export { cwLinf } from "./attacks/cw-linf.ts";
export { ddn } from "./attacks/ddn.ts";
export { deepfool } from "./attacks/deepfool.ts";
export { ead } from "./attacks/ead.ts";
export { fabT } from "./attacks/fab-t.ts";
export { fab } from "./attacks/fab.ts";
export { fmn } from "./attacks/fmn.ts";
export { gradientEstimate } from "./attacks/gradient-estimate.ts";
export { jsma } from "./attacks/jsma.ts";
export { malt } from "./attacks/malt.ts";
export { pdgd } from "./attacks/pdgd.ts";
export { pdpgd } from "./attacks/pdpgd.ts";
export { pgd } from "./attacks/pgd.ts";
export { fgsm } from "./attacks/fgsm.ts";
export { bim } from "./attacks/bim.ts";
export { mim } from "./attacks/mim.ts";
export { pma } from "./attacks/pma.ts";
export { pmaPlus } from "./attacks/pma-plus.ts";
export { di } from "./attacks/di.ts";
export { ni } from "./attacks/ni.ts";
export { si } from "./attacks/si.ts";
export { vmi } from "./attacks/vmi.ts";
export { boundary } from "./attacks/boundary.ts";
export { geoda } from "./attacks/geoda.ts";
export { hopSkipJump } from "./attacks/hop-skip-jump.ts";
export { nes } from "./attacks/nes.ts";
export { onePixel } from "./attacks/one-pixel.ts";
export { simba } from "./attacks/simba.ts";
export { spsa } from "./attacks/spsa.ts";
export { zoo } from "./attacks/zoo.ts";
export { blur } from "./attacks/blur.ts";
export { contrast } from "./attacks/contrast.ts";
export { gaussianNoise } from "./attacks/gaussian-noise.ts";
export { spatial } from "./attacks/spatial.ts";
export { uniformNoise } from "./attacks/uniform-noise.ts";
export { blackBox, type BlackBox, type BlackBoxOptions, type ImageBatch } from "./classifiers/black-box.ts";
export { ensemble } from "./classifiers/ensemble.ts";
export { httpClassifier, type HttpClassifierOptions } from "./classifiers/http/http-classifier.ts";
export { nestedImages, type HttpBody, type HttpDecoder, type HttpEncoder } from "./classifiers/http/protocol.ts";
export { preprocessed, type PreprocessedOptions } from "./classifiers/preprocessed.ts";
export { type ScoreKind } from "./classifiers/score-kind.ts";
export { sigmaZero } from "./attacks/sigma-zero.ts";
export { square } from "./attacks/square.ts";
export { superDeepfool } from "./attacks/superdeepfool.ts";
export { COMBINATORS } from "./combinators/index.ts";
export { adaptive } from "./combinators/adaptive.ts";
export { atEps } from "./combinators/at-eps.ts";
export { cascade } from "./combinators/cascade.ts";
export { eot } from "./combinators/eot.ts";
export { estimatedGradient } from "./combinators/estimated-gradient.ts";
export { inputDiversity } from "./combinators/input-diversity.ts";
export { scaledCopies } from "./combinators/scaled-copies.ts";
export { minimumNorm } from "./combinators/minimum-norm.ts";
export { multiTarget } from "./combinators/multi-target.ts";
export { quantized } from "./combinators/quantized.ts";
export { restarts } from "./combinators/restarts.ts";
export { transferFrom } from "./combinators/transfer-from.ts";
export { withLoss } from "./combinators/with-loss.ts";
export {
  ATTACK_API,
  checkAttack,
  defineAttack,
  toAttack,
  type Attack,
  type AttackDefinition,
  type AttackDescription,
  type AttackKind,
  type AttackLike,
  type AttackLoop,
  type AttackMaker,
} from "./contract/attack.ts";
export { CannotRunError } from "./contract/cannot-run-error.ts";
export { type AskOptions, type Classifier, type GradientOptions, type LossAndGradient } from "./contract/classifier.ts";
export { defineCombinator, type Combinator, type CombinatorDefinition } from "./contract/combinator.ts";
export {
  type Aim,
  type BestPoints,
  type ContextChanges,
  type ContextThreat,
  type NestedRun,
  type SideRun,
  type RunContext,
  type State,
} from "./contract/context.ts";
export { diagnosticsOf, type Diagnostic, type DiagnosticKind } from "./contract/diagnostics.ts";
export { defineIterative, type IterateState, type IterativeDefinition } from "./contract/iterative.ts";
export {
  type Access,
  type GradientOracle,
  type LabelOracle,
  type OracleFor,
  type QueryBudget,
  type ScoreOracle,
} from "./contract/oracle.ts";
export { isAdversarial } from "./contract/is-adversarial.ts";
export { lengthOf } from "./contract/length.ts";
export { definePreset, type PresetDefinition } from "./contract/preset.ts";
export { provenanceOf } from "./contract/provenance.ts";
export { randomLike } from "./contract/random-like.ts";
export { randomStart } from "./contract/random-start.ts";
export { type AttackProvenance, type AttackResult } from "./contract/result.ts";
export {
  askMany,
  defineSearch,
  type SearchAnswer,
  type SearchDefinition,
  type Searching,
  type SearchQuestion,
  type SearchSample,
} from "./contract/search.ts";
export { type CheckedSamples, type Samples } from "./contract/samples.ts";
export { parseEps, threatModel, type ThreatModel, type ThreatModelOptions } from "./contract/threat-model.ts";
export { type TracePoint } from "./contract/trace.ts";
export { asClassifier, type ClassifierOptions, type Model } from "./layers/as-classifier.ts";
export { differentiate, NoGradientError } from "./layers/differentiate.ts";
export { type FunctionOptions } from "./layers/function-net.ts";
export { type GraphModel, type GraphTensor } from "./layers/graph-net.ts";
export { trainingNetworkOf, type TrainingNetwork } from "./layers/network/training-network.ts";
export { type Normalisation } from "./layers/normalise.ts";
export { goalOf, reaches, type Goal } from "./losses/goal.ts";
export { LOSS_NAMES, perSampleLoss, type LossName } from "./losses/index.ts";
export { type Loss, type PerSampleLoss } from "./losses/loss.ts";
export { type Bounds } from "./norms/bounds.ts";
export { NORM_NAMES, NORMS, type Norm } from "./norms/index.ts";
export { type Geometry, type Radius, type SteepestOptions } from "./norms/norm.ts";
export { attackName, formatAttack, makeAttack, parseAttack } from "./registry.ts";
export { askLogits } from "./runtime/ask-logits.ts";
export { checkSamples } from "./runtime/checks.ts";
export { lastIterate, type LastIterateOptions } from "./runtime/last-iterate.ts";
export { areProbabilities, predict, predictionsOf, type PredictOptions, type Predictions } from "./runtime/predict.ts";
export { gatherRows } from "./runtime/rows.ts";
export { runAttack } from "./runtime/run-attack.ts";
export { type RunAttackOptions } from "./runtime/open-run.ts";
export { type FinishedBatch, type OutcomeField } from "./runtime/snapshot/finished-batch.ts";
export { type AttackSnapshot } from "./runtime/snapshot/format.ts";

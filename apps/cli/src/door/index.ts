export {
  adaptive,
  apgd,
  apgdT,
  asClassifier,
  cascade,
  cwL2,
  cwLinf,
  ddn,
  deepfool,
  ead,
  fab,
  fabT,
  fmn,
  gradientEstimate,
  jsma,
  malt,
  minimumNorm,
  multiTarget,
  parseAttack,
  pdgd,
  pdpgd,
  pgd,
  predict,
  restarts,
  sigmaZero,
  square,
  superDeepfool,
  type Attack,
  type AttackResult,
  type Classifier,
  type Samples,
} from "@kwta/attacks";
export { subset, type Dataset, type Split } from "@kwta/datasets";
export { parseProtocol, quick, withAttacks } from "@kwta/evaluation";
export { accuracy, adversarial, incremental, parseMethod, standard, train } from "@kwta/training";
export { attack, type AttackOptions } from "./attack.ts";
export { cifar10, cifar100, fashionMnist, glyphs28, glyphs32, mnist, svhn, type DatasetLoader } from "./datasets.ts";
export { evaluate, type EvaluationOptions, type EvaluationReport } from "./evaluate.ts";
export { model } from "./model.ts";
export { type Victim } from "./victim.ts";

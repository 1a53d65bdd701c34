export { isPretrained, loadPretrained, PRETRAINED, pretrainedCard } from "./load-pretrained.ts";
export type {
  CardAttack,
  CardClean,
  CardDataset,
  CardEvaluation,
  CardFinding,
  CardRate,
  CardRobust,
  CardTraining,
  CardWeights,
  ModelCard,
} from "./model-card.ts";

export {
  activationLayer,
  formatActivation,
  parseActivation,
  parseActivations,
  type Activation,
  type ActivationLayerOptions,
} from "./activation.ts";
export {
  activationPatterns,
  isWinner,
  type ActivationPatterns,
  type LayerPattern,
} from "./instruments/activation-patterns.ts";
export { parseBackward, type Backward } from "./shared/backward.ts";
export { BatchTopK } from "./batch-top-k/batch-top-k-layer.ts";
export { batchTopK, type BatchTopKOptions } from "./batch-top-k/batch-top-k.ts";
export { BreakReLU, type BreakReLUConfig } from "./break-relu/break-relu-layer.ts";
export { breakRelu, type BreakReluOptions } from "./break-relu/break-relu.ts";
export { ChoosableLayer } from "./shared/choosable-layer.ts";
export { type Draws } from "./shared/row-random.ts";
export { dutyCycles, type LayerDuty } from "./kwta-boosted/duty-cycles.ts";
export { type InstrumentOptions, type InstrumentProgress } from "./instruments/instrument-options.ts";
export { KWTAAbs } from "./kwta-abs/kwta-abs-layer.ts";
export { kwtaAbs, type KwtaAbsOptions } from "./kwta-abs/kwta-abs.ts";
export { KWTABoosted, type Boosting, type KWTABoostedConfig } from "./kwta-boosted/kwta-boosted-layer.ts";
export { KWTAChannel } from "./kwta-channel/kwta-channel-layer.ts";
export { kwtaChannel, type KwtaChannelOptions } from "./kwta-channel/kwta-channel.ts";
export { KWTAK, type KWTAKConfig } from "./kwta/kwta-k-layer.ts";
export { KWTA, type KWTAConfig } from "./kwta/kwta-layer.ts";
export { kwtaLayers, setGamma, type LayerContainer } from "./kwta/kwta-layers.ts";
export { kwta, type KwtaOptions } from "./kwta/kwta.ts";
export { KWTAStat } from "./kwta-stat/kwta-stat-layer.ts";
export { kwtaStat, type KwtaStatOptions } from "./kwta-stat/kwta-stat.ts";
export { liveUnits, type LayerLife } from "./instruments/live-units.ts";
export { LWTA, type GroupConfig } from "./lwta/lwta-layer.ts";
export { lwta, type LwtaOptions } from "./lwta/lwta.ts";
export { MaxPoolGroups } from "./max-pool-groups/max-pool-groups-layer.ts";
export { maxPoolGroups, type MaxPoolGroupsOptions } from "./max-pool-groups/max-pool-groups.ts";
export { MeanSparse, type MeanSparseConfig } from "./mean-sparse/mean-sparse-layer.ts";
export { meanSparse, type MeanSparseOptions } from "./mean-sparse/mean-sparse.ts";
export { patternChanges, type PatternChanges, type PatternChangesOptions } from "./instruments/pattern-changes.ts";
export { patternDistance } from "./instruments/pattern-distance.ts";
export { RandomLayer, useDraws } from "./shared/random-layer.ts";
export { StatisticalTopK } from "./statistical-top-k/statistical-top-k-layer.ts";
export { statisticalTopK, type StatisticalTopKOptions } from "./statistical-top-k/statistical-top-k.ts";
export { StochasticLWTA, type StochasticLWTAConfig } from "./stochastic-lwta/stochastic-lwta-layer.ts";
export { stochasticLwta, type StochasticLwtaOptions } from "./stochastic-lwta/stochastic-lwta.ts";
export { normalQuantile } from "./shared/normal-quantile.ts";
export { checkGamma, winnerCount } from "./shared/winner-count.ts";

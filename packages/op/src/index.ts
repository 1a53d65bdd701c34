export {
  activationLayer,
  formatActivation,
  parseActivation,
  type Activation,
  type ActivationLayerOptions,
} from "./activation.ts";
export { activationPatterns, isWinner, type ActivationPatterns, type LayerPattern } from "./activation-patterns.ts";
export { parseBackward, type Backward } from "./backward.ts";
export { BreakReLU, type BreakReLUConfig } from "./break-relu-layer.ts";
export { breakRelu, type BreakReluOptions } from "./break-relu.ts";
export { ChoosableLayer } from "./choosable-layer.ts";
export { type InstrumentOptions, type InstrumentProgress } from "./instrument-options.ts";
export { KWTAAbs } from "./kwta-abs-layer.ts";
export { kwtaAbs, type KwtaAbsOptions } from "./kwta-abs.ts";
export { KWTAChannel } from "./kwta-channel-layer.ts";
export { kwtaChannel, type KwtaChannelOptions } from "./kwta-channel.ts";
export { KWTAK, type KWTAKConfig } from "./kwta-k-layer.ts";
export { KWTA, type KWTAConfig } from "./kwta-layer.ts";
export { kwtaLayers, setGamma, type LayerContainer } from "./kwta-layers.ts";
export { kwta, type KwtaOptions } from "./kwta.ts";
export { liveUnits, type LayerLife } from "./live-units.ts";
export { LWTA, type GroupConfig } from "./lwta-layer.ts";
export { lwta, type LwtaOptions } from "./lwta.ts";
export { MaxPoolGroups } from "./max-pool-groups-layer.ts";
export { maxPoolGroups, type MaxPoolGroupsOptions } from "./max-pool-groups.ts";
export { patternChanges, type PatternChanges, type PatternChangesOptions } from "./pattern-changes.ts";
export { patternDistance } from "./pattern-distance.ts";
export { checkGamma, winnerCount } from "./winner-count.ts";

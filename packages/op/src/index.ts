export {
  activationLayer,
  formatActivation,
  parseActivation,
  type Activation,
  type ActivationLayerOptions,
} from "./activation.ts";
export { parseBackward, type Backward } from "./backward.ts";
export { KWTA, type KWTAConfig } from "./kwta-layer.ts";
export { kwtaLayers, setGamma, type LayerContainer } from "./kwta-layers.ts";
export { kwta, type KwtaOptions } from "./kwta.ts";
export { checkGamma, winnerCount } from "./winner-count.ts";

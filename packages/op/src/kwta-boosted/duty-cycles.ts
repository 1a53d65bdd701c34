import type { LayerContainer } from "../kwta/kwta-layers.ts";
import { kwtaLayers } from "../kwta/kwta-layers.ts";
import { KWTABoosted } from "./kwta-boosted-layer.ts";

/** How evenly the winners of a layer are spread over its channels. */
export interface LayerDuty {
  readonly layer: string;
  readonly channels: number;
  /** Share of the channels whose duty cycle is less than a hundredth of gamma. */
  readonly dead: number;
  /**
   * Mean entropy of "wins or not" over the channels, as a share of that of channels which all win as often: 1 where they do,
   * 0 where each wins always or never.
   */
  readonly entropy: number;
}

/** The layers of a model that keep duty cycles, in order, and what those say. */
export function dutyCycles(model: LayerContainer): Promise<LayerDuty[]> {
  const boosted = kwtaLayers(model).filter((layer) => layer instanceof KWTABoosted);
  return Promise.all(
    boosted.map(async (layer) => summarize(layer.name, layer.gamma, await layer.dutyCycle.data<"float32">())),
  );
}

function summarize(layer: string, gamma: number, duty: Float32Array): LayerDuty {
  const channels = duty.length;
  const mean = duty.reduce((sum, each) => sum + each, 0) / channels;
  const most = entropy(mean);
  const sum = duty.reduce((total, each) => total + entropy(each), 0);
  return {
    layer,
    channels,
    dead: duty.filter((each) => each < DEAD * gamma).length / channels,
    entropy: most === 0 ? 0 : sum / channels / most,
  };
}

/** Of a coin, in bits. */
function entropy(p: number): number {
  if (p <= 0 || p >= 1) return 0;
  return -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
}

const DEAD = 0.01;

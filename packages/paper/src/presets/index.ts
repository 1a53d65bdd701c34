import { lookUp } from "@kwta/core";
import type { FigureSetup } from "../contract/figure.ts";
import { imageScale } from "./image-scale.ts";
import type { Preset, PresetMaker } from "./preset.ts";
import { laptop } from "./laptop.ts";
import { paper } from "./paper.ts";
import { smoke } from "./smoke.ts";

/** The presets. The command line comes from this list. */
export const PRESETS: readonly PresetMaker[] = [smoke, laptop, paper];

/** What a person can change from the command line. */
export interface FigureChoices {
  /** One of {@link PRESETS}. @defaultValue "smoke" */
  readonly preset?: string;
  /** A data set's name. @defaultValue that of the preset */
  readonly dataset?: string;
  readonly dataDir?: string;
  /** @defaultValue 0 */
  readonly seed?: number;
  /** The most test images that anything is measured on. @defaultValue as many as the preset has */
  readonly samples?: number;
}

/**
 * What figures are made with: a preset, for a data set.
 *
 * @throws InputError for an unknown preset, or a data set without settings
 */
export function figureSetup({
  preset = "smoke",
  dataset,
  dataDir,
  seed = 0,
  samples,
}: FigureChoices = {}): FigureSetup {
  const maker = lookUp("preset", preset, Object.fromEntries(PRESETS.map((each) => [each.name, each])));
  const name = dataset ?? maker.dataset;
  const scale = imageScale(name);
  const images = { name, ...(dataDir !== undefined && { dataDir }) };
  const whole: Preset = { name: maker.name, dataset: name, scale, ...maker.make(images, scale, seed) };
  return { preset: samples === undefined ? whole : onFewer(whole, samples), seed };
}

function onFewer(preset: Preset, most: number): Preset {
  const { attack, images } = preset;
  return {
    ...preset,
    most,
    attack: { ...attack, samples: Math.min(attack.samples, most) },
    images: Math.min(images, most),
  };
}

/** So many test images, or as many as a person asked for. */
export function atMost(count: number, { most = Infinity }: Preset): number {
  return Math.min(count, most);
}

/**
 * What only one figure needs to know of a preset.
 *
 * @throws InputError when the figure has no settings for this one
 */
export function byPreset<T>(figure: string, { name }: Preset, settings: Readonly<Record<string, T>>): T {
  return lookUp(`preset of ${figure}`, name, settings);
}

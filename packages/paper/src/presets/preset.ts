import type { DatasetSettings } from "@kwta/runs";
import type { NetPlan } from "../shared/nets.ts";
import type { ImageScale } from "./image-scale.ts";

/** What all figures share: nets, images and how much work is spent. What only one needs is in its folder, by `name`. */
export interface Preset {
  readonly name: string;
  /** The data set's name; nothing of it for figures that show no net. */
  readonly dataset: string;
  /** The most test images that anything is measured on: fewer than the preset's own where a person asked for that. */
  readonly most?: number;
  readonly nets: {
    readonly resnet: NetPlan;
    readonly wideResNet: NetPlan;
    readonly denseNet: NetPlan;
    /** The ResNet of sweeps over the sparsity ratio, whose nets are all trained alike. */
    readonly sweep: NetPlan;
    /** The net of the gallery, trained alike with every activation of the family. */
    readonly family: NetPlan;
  };
  readonly scale: ImageScale;
  /** How accuracies under attack are measured. */
  readonly attack: Attacking;
  /** Points of loss surfaces in each direction; odd, so that the image itself is one. */
  readonly surfacePoints: number;
  /** Test images over which surfaces and logits are judged; one of them is shown. */
  readonly images: number;
}

/** How nets are attacked, at any size of the perturbation. */
export interface Attacking {
  /** Test images, classes in their proportions. */
  readonly samples: number;
  /** Gradient steps of a start. */
  readonly steps: number;
  /** Length of a step: `"0.125 eps"`. */
  readonly stepSize: string;
  /** Of the attack through the gate, one start with each; PGD gets as many starts. */
  readonly temperatures: readonly number[];
  /** Whether the whole protocol `adaptive` follows on what PGD leaves, instead of the gate at PGD's cost. */
  readonly whole: boolean;
}

/** Makes a preset for any data set. */
export interface PresetMaker {
  readonly name: string;
  /** One line for help texts. */
  readonly summary: string;
  /** The data set that it is meant for. */
  readonly dataset: string;
  make(images: DatasetSettings, scale: ImageScale, seed: number): Omit<Preset, "name" | "dataset" | "scale" | "most">;
}

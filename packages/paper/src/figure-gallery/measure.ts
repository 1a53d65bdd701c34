import { parseFraction } from "@kwta/core";
import {
  adaptiveProtocol,
  evaluate,
  standard,
  toProtocol,
  withoutAttacks,
  type Evaluation,
  type Protocol,
} from "@kwta/evaluation";
import type { FigureSetup } from "../contract/figure.ts";
import type { FigureTools, Recipe } from "../contract/recipe.ts";
import { atMost, byPreset } from "../presets/index.ts";
import { BLACK_BOXES } from "../shared/accuracies/left-out.ts";
import { withVictim } from "../shared/attacked-images.ts";
import { shownNet, type NetSettings } from "../shared/nets.ts";
import type { GalleryData, GalleryRow } from "./data.ts";

/** What the gallery shows. */
export interface GallerySettings {
  readonly activations: readonly string[];
  readonly eps: string;
  /** Test images, classes in their proportions. */
  readonly samples: number;
  /** Attacks that are left out of each protocol. */
  readonly without: { readonly standard: readonly string[]; readonly adaptive: readonly string[] };
}

/** Those of a preset. */
export function settings({ preset }: FigureSetup): GallerySettings {
  const family = [
    "relu",
    "kwta:0.1",
    "lwta:2",
    "stochastic-lwta:2",
    "mean-sparse:0.25",
    "break-relu:1",
    "statistical-top-k:0.1",
  ];
  const own = byPreset<Pick<GallerySettings, "activations" | "samples" | "without">>("the gallery", preset, {
    smoke: {
      activations: ["relu", "kwta:0.1", "lwta:2"],
      samples: 8,
      without: {
        standard: ["apgd-t", "fab-t", "square"],
        adaptive: ["gate-malt", "gate-eot", "gate-again", "apgd-t", "fab-t", ...BLACK_BOXES],
      },
    },
    laptop: { activations: family, samples: 200, without: { standard: [], adaptive: BLACK_BOXES } },
    paper: { activations: family, samples: 1000, without: { standard: [], adaptive: BLACK_BOXES } },
  });
  return { eps: preset.scale.small, ...own, samples: atMost(own.samples, preset) };
}

/** Accuracy of a net with each activation, all trained alike, under `standard` and `adaptive`. */
export function recipe(own: GallerySettings, { preset, from, seed }: FigureSetup): Recipe<GalleryData> {
  const { family } = preset.nets;
  const nets = from === undefined ? own.activations.map((activation) => shownNet(family, activation)) : [from.net];
  return {
    title: `The family of k-WTA under two protocols (ε = ${own.eps})`,
    settings: { ...own, seed },
    nets,
    // About 4,000 gradients of an image that stands, and one in ten does.
    seconds: (nets.length * own.samples * 400 * family.msPerImage) / 1500,
    async measure(tools) {
      const rows: GalleryRow[] = [];
      for (const net of await tools.available(nets)) rows.push(await measureRow(net, own, 1 / nets.length, tools));
      const { standard: first, adaptive: second } = protocolsOf(own);
      return { eps: parseFraction(own.eps), protocols: { standard: first.id, adaptive: second.id }, rows };
    },
  };
}

function protocolsOf({ without }: GallerySettings): { readonly standard: Protocol; readonly adaptive: Protocol } {
  const left = (protocol: Protocol, names: readonly string[]): Protocol =>
    names.length === 0 ? protocol : withoutAttacks(protocol, names);
  return {
    standard: left(toProtocol(standard), without.standard),
    adaptive: left(toProtocol(adaptiveProtocol), without.adaptive),
  };
}

async function measureRow(
  net: NetSettings,
  own: GallerySettings,
  weight: number,
  tools: FigureTools,
): Promise<GalleryRow> {
  const { label, activation } = net;
  const { eps, samples: count } = own;
  const protocols = protocolsOf(own);
  const under = async (which: "standard" | "adaptive"): Promise<Under> => {
    const key = { protocol: protocols[which].id, eps, count, seed: tools.seed };
    return tools.keep(`gallery-${which}`, [net], key, weight / 2, (work) =>
      withVictim(net, count, tools, async ({ classifier, samples }) => {
        const threat = { norm: "linf", eps } as const;
        const report = await evaluate(classifier, samples, {
          protocol: protocols[which],
          threat,
          seed: tools.seed,
          probes: 0,
          ...work,
        });
        return { ...wrongOf(report), hides: classifier.choosableBackward };
      }),
    );
  };
  const [first, second] = [await under("standard"), await under("adaptive")];
  const { n, clean, hides } = first;
  const standing = (wrong: readonly number[]): { readonly n: number; readonly wrong: readonly number[] } => ({
    n,
    wrong,
  });
  return {
    label,
    activation,
    hides,
    clean: standing(clean),
    standard: standing(first.robust),
    adaptive: standing(second.robust),
  };
}

interface Under {
  readonly n: number;
  readonly clean: readonly number[];
  readonly robust: readonly number[];
  readonly hides: boolean;
}

function wrongOf({ n, cleanErrors, robust }: Evaluation): Omit<Under, "hides"> {
  return { n, clean: cleanErrors, robust: robust[0]!.broken };
}

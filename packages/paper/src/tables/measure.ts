import { asClassifier } from "@kwta/attacks";
import { parseFraction } from "@kwta/core";
import { subset, toTensors } from "@kwta/datasets";
import {
  adaptiveProtocol,
  evaluate,
  paper,
  paperTransfer,
  withAttacks,
  withoutAttacks,
  type Evaluation,
  type Protocol,
} from "@kwta/evaluation";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { refuseRun, type FigureSetup } from "../contract/figure.ts";
import type { FigureTools, Recipe } from "../contract/recipe.ts";
import { atMost, byPreset } from "../presets/index.ts";
import type { Standing } from "../shared/accuracies/data.ts";
import { BLACK_BOXES, DIAGNOSTIC } from "../shared/accuracies/left-out.ts";
import { shownAdversarialNet, shownNet, trainedBy, type NetPlan, type NetSettings } from "../shared/nets.ts";
import type { ResultRow, ResultTable, UntrainedRow } from "./data.ts";
import { PUBLISHED } from "./published.ts";
import { trainingOf, trainingText } from "./training-text.ts";

/** What a table compares. */
export interface TableSettings {
  readonly eps: string;
  /** Test images, classes in their proportions. */
  readonly samples: number;
  readonly methods: readonly ("standard" | "adversarial" | "trades" | "free")[];
  readonly activations: readonly string[];
  readonly networks: readonly ("resnet" | "denseNet" | "wideResNet")[];
  /** Attacks that are left out of the protocol `adaptive`. */
  readonly without: readonly string[];
}

const ALL = {
  methods: ["standard", "adversarial", "trades", "free"],
  activations: ["relu", "kwta:0.2", "kwta:0.1", "lwta:2"],
} as const;

/** Those of a preset. */
export function settings({ preset }: FigureSetup): TableSettings {
  const { small, paper: size } = preset.scale;
  const own = byPreset<Omit<TableSettings, "eps">>("tables", preset, {
    smoke: {
      samples: 5,
      methods: ["standard", "adversarial"],
      activations: ["relu", "kwta:0.1"],
      networks: ["resnet"],
      without: BLACK_BOXES,
    },
    laptop: { ...ALL, samples: 1000, networks: ["resnet"], without: BLACK_BOXES },
    paper: { ...ALL, samples: 5000, networks: ["resnet", "denseNet", "wideResNet"], without: DIAGNOSTIC },
  });
  return { eps: size ?? small, ...own, samples: atMost(own.samples, preset) };
}

interface Row {
  readonly plan: NetPlan;
  readonly method: TableSettings["methods"][number];
  readonly net: NetSettings;
}

/** Accuracy of networks by training and activation, under each of the paper's attacks, in their worst case, and under `adaptive`. */
export function recipe(dataset: string, own: TableSettings, setup: FigureSetup): Recipe<ResultTable> {
  refuseRun("A table", setup);
  const { preset, seed } = setup;
  const rows = own.networks.flatMap((network) => rowsOf(preset.nets[network], own));
  const nets = rows.map(({ net }) => net);
  return {
    title: `Accuracy on ${dataset} under attack (ε = ${own.eps})`,
    settings: { ...own, seed },
    nets,
    // About 100 gradients of an image by the paper's attacks, and up to 4,000 by those of `adaptive` where it stands: one in ten.
    seconds: rows.reduce((sum, { plan }) => sum + (own.samples * 500 * plan.msPerImage) / 1500, 0),
    async measure(tools) {
      const there = await tools.available(nets);
      const found: ResultRow[] = [];
      const untrained: UntrainedRow[] = [];
      for (const row of rows) {
        if (!there.includes(row.net)) {
          untrained.push({ network: row.plan.name, method: nameOf(row), activation: row.net.activation });
          continue;
        }
        const surrogate = rows.find(
          ({ plan, method, net }) => plan === row.plan && method === "standard" && net.activation === "relu",
        )?.net;
        const via = surrogate !== undefined && there.includes(surrogate) ? surrogate : undefined;
        found.push(await measureRow(row, via, own, 1 / rows.length, tools));
      }
      const attacks = paper().entries.map(({ id }) => id);
      const published = PUBLISHED.filter((each) => each.dataset === dataset);
      const { id: protocol } = protocolOf(own);
      return { dataset, eps: parseFraction(own.eps), attacks, protocol, rows: found, untrained, published };
    },
  };
}

function rowsOf(plan: NetPlan, { methods, activations }: TableSettings): Row[] {
  return methods.flatMap((method) =>
    activations.map((activation) => ({ plan, method, net: netOf(plan, method, activation) })),
  );
}

function netOf(plan: NetPlan, method: Row["method"], activation: string): NetSettings {
  if (method === "standard") return shownNet(plan, activation);
  return method === "adversarial" ? shownAdversarialNet(plan, activation) : trainedBy(plan, method, activation);
}

function protocolOf({ without }: TableSettings): Protocol {
  return withoutAttacks(adaptiveProtocol, without);
}

/** Pretrained nets of adversarial training are of its single-step form. */
function nameOf({ method, net }: Row): string {
  return method === "adversarial" && net.pretrained !== undefined ? "fast adversarial" : method;
}

async function measureRow(
  row: Row,
  surrogate: NetSettings | undefined,
  own: TableSettings,
  weight: number,
  tools: FigureTools,
): Promise<ResultRow> {
  const { plan, net } = row;
  const { activation } = net;
  const isSurrogate = surrogate === net;
  const via = isSurrogate ? undefined : surrogate;
  const { eps, samples } = own;
  const key = { eps, samples, seed: tools.seed };
  const ofPaper = await tools.keep("table-paper", via === undefined ? [net] : [net, via], key, weight / 2, (work) =>
    tools.withNet(net, async (model) => {
      const run = (from?: LayersModel): Promise<Evaluation> => {
        const transfer = from === undefined ? [] : [paperTransfer(asClassifier(from), "relu")];
        return evaluateOn(model, net, withAttacks(paper, transfer), own, tools, work);
      };
      return shortened(via === undefined ? await run() : await tools.withNet(via, run));
    }),
  );
  const protocol = protocolOf(own);
  const whole = { ...key, protocol: protocol.id };
  const adaptive = await tools.keep("table-adaptive", [net], whole, weight / 2, (work) =>
    tools.withNet(net, async (model) => shortened(await evaluateOn(model, net, protocol, own, tools, work))),
  );
  const { n, clean, alone, worst } = ofPaper;
  const standing = (wrong: readonly number[]): Standing => ({ n, wrong });
  const attacks = paper().entries.map((_, i) => standing(alone[i]!));
  const transfer = via === undefined ? null : standing(alone.at(-1)!);
  const all = [...new Set([...worst, ...adaptive.worst])].sort((a, b) => a - b);
  return {
    network: plan.name,
    method: nameOf(row),
    training: trainingText(trainingOf(net)),
    activation,
    clean: standing(clean),
    attacks,
    transfer,
    worst: standing(worst),
    adaptive: standing(all),
  };
}

async function evaluateOn(
  model: LayersModel,
  net: NetSettings,
  protocol: Parameters<typeof evaluate>[2]["protocol"],
  { eps, samples: count }: TableSettings,
  tools: FigureTools,
  work: Parameters<Parameters<FigureTools["keep"]>[4]>[0],
): Promise<Evaluation> {
  const { test } = await tools.dataset(net);
  const attacked = subset(test, Math.min(count, test.size), 0);
  const samples = toTensors(attacked, { start: 0, end: attacked.size });
  try {
    const threat = { norm: "linf", eps } as const;
    return await evaluate(asClassifier(model), samples, { protocol, threat, seed: tools.seed, probes: 0, ...work });
  } finally {
    samples.x.dispose();
  }
}

/** What a table needs of an evaluation: positions that are not right. */
interface Shortened {
  readonly n: number;
  readonly clean: readonly number[];
  readonly alone: readonly (readonly number[])[];
  readonly worst: readonly number[];
}

function shortened({ n, cleanErrors, attacks, robust }: Evaluation): Shortened {
  return {
    n,
    clean: cleanErrors,
    // An attack that could not be run broke nothing.
    alone: attacks.map(({ at }) => at[0]?.broken ?? cleanErrors),
    worst: robust[0]!.broken,
  };
}

import type { AttackPlugin } from "@kwta/attacks";
import type { Evaluation, Protocol } from "@kwta/evaluation";
import type { DatasetSettings } from "@kwta/experiments";
import type { TableData } from "@kwta/viz";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { InputError } from "@kwta/core";
import { command } from "../command.ts";
import {
  DATA_OPTIONS,
  BACKEND_OPTIONS,
  readCount,
  readDataset,
  readBackend,
  readNumber,
  SEED_OPTION,
} from "../options.ts";
import { loadPlugin } from "../plugins.ts";

/** `kwta evaluate`: thin over `@kwta/experiments` and `@kwta/evaluation`. */
export const evaluate = command({
  name: "evaluate",
  description: "Attack a trained model: the quick protocol, or attacks of a plugin.",
  args: {
    run: { type: "string", description: "Run folder of kwta train." },
    model: { type: "string", description: "Or a folder with a TensorFlow.js layers model (model.json)." },
    gamma: { type: "string", description: "With --run of an incremental training: the net at this sparsity ratio." },
    ...DATA_OPTIONS,
    eps: { type: "string", description: "Size of the perturbation (Linf): 0.1 or 8/255.", default: "8/255" },
    samples: { type: "string", description: "Test images to attack, classes in their proportions.", default: "200" },
    plugin: { type: "string", description: "Package or file whose attacks are run beside the protocol." },
    ...SEED_OPTION,
    ...BACKEND_OPTIONS,
    out: { type: "string", description: "Folder of the report. Default: the run folder." },
  },
  async run(args, terminal) {
    const experiments = await import("@kwta/experiments/node");
    const { start } = await import("../start.node.ts");
    const { layersClassifier, threatModel } = await import("@kwta/attacks");
    const { subset, toTensors } = await import("@kwta/datasets");
    const { formatTable } = await import("@kwta/viz");
    const victim = await findVictim(args);
    const threat = threatModel({ norm: "linf", eps: args.eps });
    const protocol = await chooseProtocol(args.plugin === undefined ? [] : await loadPlugin(args.plugin));
    const samples = readCount("samples", args.samples, 1)!;
    const seed = readCount("seed", args.seed)!;
    const backend = await start(readBackend(args));
    const { signal, onProgress } = terminal;
    const dataset = await experiments.openDataset(victim.dataset, { download: args.download, signal, onProgress });
    const model = await victim.load();
    const out = args.out ?? victim.out;
    terminal.note(`Backend: ${backend.spec}. The report goes to ${out}/report.json.`);
    const attacked = subset(dataset.test, Math.min(samples, dataset.test.size), 0);
    const chosen = toTensors(attacked, { start: 0, end: attacked.size });
    try {
      const evaluation = await experiments.evaluateIntoFolder(out, layersClassifier(model), chosen, {
        protocol,
        threat,
        seed,
        task: "attack",
        signal,
        onProgress,
      });
      terminal.say(formatTable(evaluationTable(evaluation)));
      terminal.result(evaluation);
    } finally {
      chosen.x.dispose();
      model.dispose();
    }
  },
});

interface Victim {
  readonly load: () => Promise<LayersModel>;
  readonly out: string;
  readonly dataset: DatasetSettings;
}

async function findVictim(args: {
  readonly [K in "run" | "model" | "dataset" | "data-dir" | "image-size" | "gamma"]?: string | undefined;
}): Promise<Victim> {
  const { checkRunFile } = await import("@kwta/experiments");
  const { loadRunModel } = await import("@kwta/experiments/node");
  const { loadModel } = await import("@kwta/models/node");
  const { readJson } = await import("@kwta/core/node");
  if ((args.run === undefined) === (args.model === undefined)) {
    throw new InputError(
      "Name what to attack: either --run FOLDER (of kwta train) or --model FOLDER (with a model.json).",
    );
  }
  const chosen = readDataset(args);
  const gamma = readNumber("gamma", args.gamma);
  const { run } = args;
  if (run !== undefined) {
    const file = `${run}/run.json`;
    const { dataset } = checkRunFile(await readJson(file), file).settings;
    const { name = dataset.name } = chosen;
    return {
      load: () => loadRunModel(run, gamma),
      out: gamma === undefined ? run : `${run}/gamma-${gamma}`,
      // The settings of one data set say nothing about another.
      dataset: { ...(name === dataset.name && dataset), ...chosen, name },
    };
  }
  const { name } = chosen;
  if (name === undefined) {
    throw new InputError("A model without a run needs --dataset: the images that it was trained for.");
  }
  if (gamma !== undefined) {
    throw new InputError(
      "--gamma chooses among the weights that a run of --method incremental kept: name it by --run.",
    );
  }
  return { load: () => loadModel(args.model!), out: args.model!, dataset: { ...chosen, name } };
}

async function chooseProtocol(plugins: readonly AttackPlugin[]): Promise<Protocol> {
  const { quickProtocol } = await import("@kwta/evaluation");
  const quick = quickProtocol();
  const added = plugins.map((attack) => ({ id: attack.id, attack }));
  return added.length === 0 ? quick : { id: `${quick.id}+plugin`, entries: [...quick.entries, ...added] };
}

function evaluationTable({ clean, cleanErrors, entries, robust, n, threat }: Evaluation): TableData {
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const cell = ({ value, low, high }: Evaluation["clean"]): { text: string; detail: string } => ({
    text: percent(value),
    detail: `${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}`,
  });
  return {
    caption: `${threat.norm}, eps ${Number(threat.eps.toPrecision(3))}, ${n} images, ${cleanErrors.length} wrong without any attack`,
    columns: ["attack", "images", "accuracy", "success rate", "gradients", "queries", "seconds"],
    rows: [
      ["none (clean)", clean.n, cell(clean), null, null, null, null],
      ...entries.map((entry) => [
        entry.id,
        entry.n,
        cell(entry.accuracy),
        cell(entry.successRate),
        entry.gradients,
        entry.queries,
        entry.seconds.toFixed(1),
      ]),
      ["worst case", robust.n, cell(robust), null, null, null, null],
    ],
  };
}

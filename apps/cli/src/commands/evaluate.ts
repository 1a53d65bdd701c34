import type { AttackPlugin } from "@kwta/attacks";
import type { Evaluation, Protocol } from "@kwta/evaluation";
import type { TableData } from "@kwta/viz";
import { InputError } from "@kwta/core";
import { command } from "../command.ts";
import { DATA_OPTIONS, ENGINE_OPTIONS, given, readCount, readEngine, SEED_OPTION } from "../options.ts";
import { loadPlugin } from "../plugins.ts";

/** `kwta evaluate`: thin over `@kwta/experiments` and `@kwta/evaluation`. */
export const evaluate = command({
  name: "evaluate",
  description: "Attack a trained model: the quick protocol, or attacks of a plugin.",
  args: {
    run: { type: "string", description: "Run folder of kwta train." },
    model: { type: "string", description: "Or a folder with a TensorFlow.js layers model (model.json)." },
    ...DATA_OPTIONS,
    eps: { type: "string", description: "Size of the perturbation (Linf): 0.1 or 8/255.", default: "8/255" },
    samples: { type: "string", description: "Test images to attack.", default: "200" },
    plugin: { type: "string", description: "Package or file whose attacks are run beside the protocol." },
    ...SEED_OPTION,
    ...ENGINE_OPTIONS,
    out: { type: "string", description: "Folder of the report. Default: the run folder." },
  },
  async run(args, terminal) {
    const experiments = await import("@kwta/experiments/node");
    const { layersClassifier, threatModel } = await import("@kwta/attacks");
    const { loadDataset } = await import("@kwta/datasets/node");
    const { toTensors } = await import("@kwta/datasets");
    const { formatTable } = await import("@kwta/viz");
    const { loadModel } = await import("@kwta/models/node");
    const source = await findModel(args);
    const threat = threatModel({ norm: "linf", eps: args.eps });
    const protocol = await chooseProtocol(args.plugin === undefined ? [] : await loadPlugin(args.plugin));
    const samples = readCount("samples", args.samples, 1)!;
    const seed = readCount("seed", args.seed)!;
    const engine = await experiments.startEngine(readEngine(args));
    const { signal, onProgress } = terminal;
    const { name, ...options } = source.dataset;
    const dataset = await loadDataset(name, { ...options, signal, onProgress });
    const model = await loadModel(source.folder);
    const out = args.out ?? source.out;
    terminal.note(`Engine: ${engine.name}, ${engine.threads} threads. The report goes to ${out}/report.json.`);
    const chosen = toTensors(dataset.test, { start: 0, end: Math.min(samples, dataset.test.size) });
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

async function findModel(args: {
  readonly run?: string | undefined;
  readonly model?: string | undefined;
  readonly dataset?: string | undefined;
  readonly "data-dir"?: string | undefined;
}): Promise<{ folder: string; out: string; dataset: { readonly name: string; readonly dataDir?: string } }> {
  const { checkRunFile } = await import("@kwta/experiments");
  const { readJson } = await import("@kwta/core/node");
  if ((args.run === undefined) === (args.model === undefined)) {
    throw new InputError(
      "Name what to attack: either --run FOLDER (of kwta train) or --model FOLDER (with a model.json).",
    );
  }
  const chosen = given({ name: args.dataset, dataDir: args["data-dir"] });
  if (args.run !== undefined) {
    const file = `${args.run}/run.json`;
    const { dataset } = checkRunFile(await readJson(file), file).settings;
    return { folder: `${args.run}/model`, out: args.run, dataset: { ...dataset, ...chosen } };
  }
  if (args.dataset === undefined) {
    throw new InputError("A model without a run needs --dataset: the images that it was trained for.");
  }
  return {
    folder: args.model!,
    out: args.model!,
    dataset: { name: args.dataset, ...given({ dataDir: args["data-dir"] }) },
  };
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

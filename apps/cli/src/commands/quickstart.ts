import { command } from "../command.ts";
import type { QuickstartSettings } from "../quickstart/settings.ts";
import { newestFolder, nextFolder } from "../run-folders.ts";
import {
  DATA_OPTIONS,
  BACKEND_OPTIONS,
  given,
  readCount,
  readDataset,
  readBackend,
  readNumber,
  RESUME_OPTION,
  SEED_OPTION,
  SUBSET_OPTION,
} from "../options.ts";
import { formatDuration } from "../progress-line.ts";

const ARGS = {
  model: { type: "string", description: "Architecture, such as small-cnn or resnet18-w16." },
  gamma: { type: "string", description: "Sparsity ratio of the k-WTA net, between 0 and 1." },
  eps: { type: "string", description: "Size of the perturbation (Linf): 0.1 or 8/255." },
  epochs: { type: "string", description: "Epochs of training." },
  samples: { type: "string", description: "Test images to attack." },
  ...SEED_OPTION,
  out: { type: "string", description: "Folder of the results. Default: a new one under runs/." },
  ...RESUME_OPTION,
  ...DATA_OPTIONS,
  ...SUBSET_OPTION,
  ...BACKEND_OPTIONS,
} as const;

/** `kwta quickstart`: thin over `quickstart/`. */
export const quickstart = command({
  name: "quickstart",
  description: "Train a ReLU and a k-WTA net, attack both with PGD and adaptive attacks, write a report.",
  args: ARGS,
  groups: { IMAGES: { ...DATA_OPTIONS, ...SUBSET_OPTION }, WORK: BACKEND_OPTIONS },
  examples: {
    quickstart: "drawn digits, a minute or two",
    "quickstart --dataset mnist --download": "real ones",
    "quickstart --resume": "go on with the newest one",
  },
  async run(args, terminal) {
    const started = performance.now();
    const { quickstart: run } = await import("../quickstart/run.ts");
    const { quickstartTable } = await import("../quickstart/table.ts");
    const { start } = await import("../start.node.ts");
    const { formatTable } = await import("@kwta/viz");
    const { folder, settings } = await chooseFolder(args);
    const backend = await start(readBackend(args));
    const { signal, onProgress, note: onNote } = terminal;
    const { download } = args;
    terminal.note(`Backend: ${backend.spec}. Results go to ${folder}.`);
    const faster = backend.skipped.find(({ needsSetup }) => needsSetup);
    if (faster) terminal.note(`A faster backend can be set up on this machine: kwta setup ${faster.name}`);
    signal.addEventListener("abort", () => terminal.note(`Go on with: kwta quickstart --resume ${folder}`));
    const report = await run(folder, { backend, ...given({ settings, download }), signal, onProgress, onNote });
    terminal.say(`\n${formatTable(quickstartTable(report))}\n`);
    terminal.say(`${report.finding}\n`);
    terminal.say(`Report: ${folder}/report.html  (${formatDuration(performance.now() - started)})`);
    terminal.result({ folder, report });
  },
});

type Options = { readonly [K in Exclude<keyof typeof ARGS, "download">]?: string | undefined };

/** Where to work, and, for a new quickstart, with which settings. */
async function chooseFolder(args: Options): Promise<{ folder: string; settings: QuickstartSettings | undefined }> {
  if (args.resume !== undefined) {
    return { folder: args.resume === "" ? await newestFolder("quickstart-") : args.resume, settings: undefined };
  }
  const { quickstartSettings } = await import("../quickstart/settings.ts");
  const { name: dataset, ...images } = readDataset(args);
  const choices = given({
    dataset,
    ...images,
    architecture: args.model,
    gamma: readNumber("gamma", args.gamma),
    eps: args.eps,
    epochs: readCount("epochs", args.epochs, 1),
    samples: readCount("samples", args.samples, 1),
    seed: readCount("seed", args.seed),
  });
  const settings = quickstartSettings(choices);
  return { folder: args.out ?? (await nextFolder(`quickstart-${settings.dataset.name}`)), settings };
}

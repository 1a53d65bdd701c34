import { InputError } from "@kwta/core";
import type { RunSettings } from "@kwta/runs";
import type { Metrics } from "@kwta/training";
import { command } from "../command.ts";
import { listed } from "../listed.ts";
import { BACKEND_OPTIONS, given, readBackend, RESUME_OPTION } from "../options.ts";
import { newestFolder, nextFolder } from "../run-folders.ts";
import { wrappedEntry } from "../wrap.ts";
import {
  checkKept,
  readTrainSettings,
  TRAIN_DATA_OPTIONS,
  TRAIN_EXTRAS,
  TRAIN_OPTIONS,
  type TrainArgs,
} from "../train-settings.ts";

/** `kwta train`: thin over `@kwta/runs`. */
export const train = command({
  name: "train",
  description: "Train a model into a run folder.",
  args: {
    ...TRAIN_OPTIONS,
    config: { type: "string", description: "Repeat the run of this run.json, with all of its settings." },
    out: { type: "string", description: "Folder of the run. Default: a new one under runs/." },
    tensorboard: { type: "boolean", description: "Also write event files that tensorboard --logdir shows." },
    ...RESUME_OPTION,
    ...BACKEND_OPTIONS,
  },
  groups: { IMAGES: TRAIN_DATA_OPTIONS, "DURING TRAINING": TRAIN_EXTRAS, WORK: BACKEND_OPTIONS },
  examples: {
    "train --epochs 4": "a small k-WTA net on drawn digits, a minute",
    "train --dataset cifar10 --download --model resnet18-w16@kwta:0.1 --recipe laptop": "a ResNet18 on CIFAR-10",
    "train --method adversarial:eps=0.1,steps=7": "against PGD",
    "train --resume": "go on with the newest run",
  },
  async details() {
    const { METHODS, OPTIMIZERS, SCHEDULES } = await import("@kwta/training");
    const { RECIPES } = await import("@kwta/runs");
    const shapes = SCHEDULES.map(({ id, summary, schema }) => ({ id, summary, schema }));
    const recipes = RECIPES.map(({ name, summary, on }) => {
      return wrappedEntry(name, `${summary} For ${Object.keys(on).join(", ")}.`, 24);
    });
    return [
      listed("TRAINING METHODS", "--method NAME:KEY=VALUE,KEY=VALUE", METHODS),
      listed("OPTIMIZERS", "--optimizer NAME:KEY=VALUE,KEY=VALUE", OPTIMIZERS),
      listed("SCHEDULES", "--schedule NAME:KEY=VALUE,KEY=VALUE, or a number", shapes),
      ["RECIPES  --recipe NAME; each option beside it counts more", "", ...recipes, ""].join("\n"),
    ].join("\n");
  },
  async run(args, terminal) {
    const { hasModel, openDataset, readMetrics, TEST_SIZE, trainRun } = await import("@kwta/runs");
    const { withFolder } = await import("@kwta/core");
    const { start } = await import("../start.node.ts");
    const resume = args.resume !== undefined;
    const resumed = args.resume === "" ? await newestFolder("train-") : args.resume;
    const settings = await settingsOf(args, terminal.all, resumed);
    const tell = (folder: string, testAccuracy: number | undefined): void => {
      const share = (100 * (testAccuracy ?? Number.NaN)).toFixed(1);
      const { name } = settings.dataset;
      terminal.say(
        `${settings.model} trained on ${name}: test accuracy ${share} % (of its test images, or of ${TEST_SIZE} where there are more)`,
      );
      terminal.say(`Attack it with: kwta evaluate ${folder}`);
      terminal.result({ folder, settings, testAccuracy });
    };
    if (resumed !== undefined && hasModel(resumed)) {
      // What a killed process left there goes all the same.
      await withFolder(resumed, () => Promise.resolve());
      terminal.note(`The run in ${resumed} is complete.`);
      return tell(resumed, lastAccuracy(await readMetrics(resumed)));
    }
    const backend = await start(readBackend(args));
    const { signal, onProgress, note: onNote } = terminal;
    const dataset = await openDataset(settings.dataset, { download: args.download, signal, onProgress, onNote });
    const folder = resumed ?? args.out ?? (await nextFolder(`train-${dataset.name}`));
    terminal.note(`Backend: ${backend.spec}. The run goes to ${folder}.`);
    signal.addEventListener("abort", () => terminal.note(`Go on with: kwta train --resume ${folder}`));
    const work = { signal, onProgress, onNote };
    const { model, folder: run } = await trainRun(folder, settings, dataset, {
      backend,
      resume,
      tensorBoard: args.tensorboard,
      ...work,
    });
    model.dispose();
    const metrics = await run.readMetrics();
    for (const line of metrics) if (line.kind === "divergence") terminal.note(line.what);
    tell(folder, lastAccuracy(metrics));
  },
});

function lastAccuracy(metrics: readonly Metrics[]): number | undefined {
  return metrics.flatMap((line) => (line.kind === "epoch" ? [line.testAccuracy] : [])).at(-1);
}

/** Those of the run that is resumed or repeated, wherever its images are by now; else those of the options. */
async function settingsOf(
  args: TrainArgs & { readonly config?: string | undefined; readonly out?: string | undefined },
  all: (name: string) => readonly string[],
  resumed: string | undefined,
): Promise<RunSettings> {
  const { checkRunFile, readRunFile } = await import("@kwta/runs");
  const there = (settings: RunSettings): RunSettings => ({
    ...settings,
    dataset: { ...settings.dataset, ...given({ dataDir: args["data-dir"] }) },
  });
  if (resumed !== undefined) {
    for (const name of ["config", "out"] as const) {
      if (args[name] === undefined) continue;
      throw new InputError(
        `--resume goes on in ${resumed}, with the settings of its run.json. Leave out --${name}, or leave out --resume to begin a new run.`,
      );
    }
    const { settings } = await readRunFile(resumed);
    const whose = `The run in ${resumed} keeps the settings that it was begun with`;
    await checkKept(settings, givenOf(all), { whose, advice: "Resume it without these options, or start a new run." });
    return there(settings);
  }
  if (args.config === undefined) return readTrainSettings(args);
  const { readJson } = await import("@kwta/core");
  const { settings } = checkRunFile(await readJson(args.config), args.config);
  const whose = `--config repeats the run of ${args.config} as it was`;
  await checkKept(settings, givenOf(all), {
    whose,
    advice: "Leave out these options, or give all settings as options.",
  });
  return there(settings);
}

/** The options of the settings that were given; where the files are is no setting. */
function givenOf(all: (name: string) => readonly string[]): TrainArgs {
  const names = Object.keys(TRAIN_OPTIONS).filter((name) => !["download", "data-dir"].includes(name));
  const found = names.flatMap((name) =>
    all(name)
      .slice(-1)
      .map((value) => [name, value] as const),
  );
  return Object.fromEntries(found);
}

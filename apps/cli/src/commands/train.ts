import { command } from "../command.ts";
import { BACKEND_OPTIONS, readBackend, RESUME_OPTION } from "../options.ts";
import { newestFolder, nextFolder } from "../run-folders.ts";
import { readTrainSettings, TRAIN_OPTIONS } from "../train-settings.ts";

/** `kwta train`: thin over `@kwta/experiments`. */
export const train = command({
  name: "train",
  description: "Train a model into a run folder.",
  args: {
    ...TRAIN_OPTIONS,
    ...BACKEND_OPTIONS,
    config: { type: "string", description: "Repeat the run of this run.json; other settings are ignored." },
    out: { type: "string", description: "Folder of the run. Default: a new one under runs/." },
    ...RESUME_OPTION,
  },
  async run(args, terminal) {
    const { checkRunFile } = await import("@kwta/experiments");
    const { openDataset, trainRun } = await import("@kwta/experiments/node");
    const { start } = await import("../start.node.ts");
    const { readJson } = await import("@kwta/core/node");
    const resume = args.resume !== undefined;
    const resumed = args.resume === "" ? await newestFolder("train-") : args.resume;
    const file = resumed === undefined ? args.config : `${resumed}/run.json`;
    const settings =
      file === undefined ? await readTrainSettings(args) : checkRunFile(await readJson(file), file).settings;
    const backend = await start(readBackend(args));
    const { signal, onProgress } = terminal;
    const dataset = await openDataset(settings.dataset, { download: args.download, signal, onProgress });
    const folder = resumed ?? args.out ?? (await nextFolder(`train-${dataset.name}`));
    terminal.note(`Backend: ${backend.name}, ${backend.threads} threads. The run goes to ${folder}.`);
    signal.addEventListener("abort", () => terminal.note(`Go on with: kwta train --resume ${folder}`));
    const { model, folder: run } = await trainRun(folder, settings, dataset, {
      engine: backend,
      resume,
      signal,
      onProgress,
    });
    model.dispose();
    const epochs = (await run.readMetrics()).flatMap((line) => (line.kind === "epoch" ? [line] : []));
    const testAccuracy = epochs.at(-1)?.testAccuracy;
    terminal.say(
      `${settings.model} trained on ${dataset.name}: test accuracy ${(100 * (testAccuracy ?? Number.NaN)).toFixed(1)} %`,
    );
    terminal.say(`Attack it with: kwta evaluate --run ${folder}`);
    terminal.result({ folder, settings, testAccuracy });
  },
});

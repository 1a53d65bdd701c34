import type { RunSettings } from "@kwta/runs";
import { command } from "../command.ts";
import { listed } from "../listed.ts";
import { BACKEND_OPTIONS, readBackend, RESUME_OPTION } from "../options.ts";
import { newestFolder, nextFolder } from "../run-folders.ts";
import { readTrainSettings, TRAIN_OPTIONS } from "../train-settings.ts";

/** `kwta train`: thin over `@kwta/runs`. */
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
  async details() {
    const { METHODS } = await import("@kwta/training");
    return listed("TRAINING METHODS", "--method NAME:KEY=VALUE,KEY=VALUE", METHODS);
  },
  async run(args, terminal) {
    const { openDataset, trainRun } = await import("@kwta/runs");
    const { start } = await import("../start.node.ts");
    const resume = args.resume !== undefined;
    const resumed = args.resume === "" ? await newestFolder("train-") : args.resume;
    const settings = await settingsOf(args, resumed);
    const backend = await start(readBackend(args));
    const { signal, onProgress, note: onNote } = terminal;
    const dataset = await openDataset(settings.dataset, { download: args.download, signal, onProgress, onNote });
    const folder = resumed ?? args.out ?? (await nextFolder(`train-${dataset.name}`));
    terminal.note(`Backend: ${backend.spec}. The run goes to ${folder}.`);
    signal.addEventListener("abort", () => terminal.note(`Go on with: kwta train --resume ${folder}`));
    const { model, folder: run } = await trainRun(folder, settings, dataset, { backend, resume, signal, onProgress });
    model.dispose();
    const epochs = (await run.readMetrics()).flatMap((line) => (line.kind === "epoch" ? [line] : []));
    const testAccuracy = epochs.at(-1)?.testAccuracy;
    terminal.say(
      `${settings.model} trained on ${dataset.name}: test accuracy ${(100 * (testAccuracy ?? Number.NaN)).toFixed(1)} %`,
    );
    terminal.say(`Attack it with: kwta evaluate ${folder}`);
    terminal.result({ folder, settings, testAccuracy });
  },
});

/** Those of the run that is resumed or repeated, else those of the options. */
async function settingsOf(
  args: Parameters<typeof readTrainSettings>[0] & { readonly config?: string | undefined },
  resumed: string | undefined,
): Promise<RunSettings> {
  const { readRunFile } = await import("@kwta/runs");
  if (resumed !== undefined) return (await readRunFile(resumed)).settings;
  if (args.config === undefined) return readTrainSettings(args);
  const { checkRunFile } = await import("@kwta/runs");
  const { readJson } = await import("@kwta/core");
  return checkRunFile(await readJson(args.config), args.config).settings;
}

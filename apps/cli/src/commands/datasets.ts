import type { VerifiedFile } from "@kwta/datasets";
import type { TableData } from "@kwta/viz";
import { InputError, lookUp } from "@kwta/core";
import { command, commandOfActions, type CommandSettings } from "../command.ts";
import type { Terminal } from "../terminal.ts";
import { DATA_OPTIONS, given, readCount, readDataset, SEED_OPTION } from "../options.ts";

const NAME = {
  type: "positional",
  description: "The data set; kwta datasets list shows them.",
  required: true,
} as const;
const DATA_DIR = {
  type: "string",
  description: "Folder of all data sets. Default: KWTA_DATA_DIR, or the cache folder.",
  valueHint: "folder",
} as const;

const listAction = command({
  name: "datasets list",
  description: "List the data sets, and which are here.",
  args: { "data-dir": DATA_DIR },
  run: list,
});

const downloadAction = command({
  name: "datasets download",
  description: "Download the files of a data set, and verify them.",
  args: {
    name: NAME,
    "data-dir": DATA_DIR,
    mirror: { type: "string", description: "Address of a folder with the same files, tried first.", valueHint: "url" },
  },
  run: download,
});

const verifyAction = command({
  name: "datasets verify",
  description: "Compare the files of a data set with those that were published.",
  args: { name: NAME, "data-dir": DATA_DIR },
  run: verify,
});

const SHOW_ARGS = {
  name: NAME,
  "data-dir": DATA_DIR,
  "image-size": DATA_OPTIONS["image-size"],
  channels: DATA_OPTIONS.channels,
  split: { type: "string", description: "train or test.", default: "train" },
  samples: { type: "string", description: "Number of images, all classes alike.", default: "100", valueHint: "n" },
  columns: { type: "string", description: "Images side by side.", default: "10", valueHint: "n" },
  ...SEED_OPTION,
  out: { type: "string", description: "The PNG file. Default: NAME.png.", valueHint: "file" },
} as const;

const showAction = command({
  name: "datasets show",
  description: "Draw some images of a data set into one PNG file.",
  args: SHOW_ARGS,
  examples: { "datasets show glyphs28": "glyphs28.png, ten images of each class" },
  run: show,
});

/** `kwta datasets`: thin over `@kwta/datasets`. */
export const datasets = commandOfActions(
  {
    name: "datasets",
    description: "List the data sets, download and verify their files, or show their images.",
    examples: { "datasets download mnist": "fetched and verified, once", "datasets show mnist": "a sheet of images" },
  },
  { list: listAction, download: downloadAction, verify: verifyAction, show: showAction },
);

/** What a command is given by the options that it lists. */
type Given<Name extends string> = { readonly [K in Name]?: string | undefined };
type Named = Given<"data-dir"> & { readonly name: string };

async function list({ "data-dir": dataDir }: Given<"data-dir">, terminal: Terminal): Promise<void> {
  const { DATASET_SOURCES } = await import("@kwta/datasets");
  const { DATASETS, dataFolder, locateDataset } = await import("@kwta/datasets");
  const { formatTable } = await import("@kwta/viz");
  const sources: Readonly<Record<string, (typeof DATASET_SOURCES)["mnist"]>> = DATASET_SOURCES;
  const rows = [];
  for (const [name, { summary, shape, needsFiles }] of Object.entries(DATASETS)) {
    const source = sources[name];
    const bytes = source?.files.reduce((sum, file) => sum + file.bytes, 0) ?? null;
    const folder = source ? ((await locateDataset(name, dataDir)) ?? null) : null;
    rows.push({ name, summary, shape: shape ?? null, needsFiles, downloadBytes: bytes, folder });
  }
  terminal.say(`Data folder: ${dataDir ?? dataFolder()}`);
  terminal.say(
    formatTable({
      columns: ["data set", "image", "download", "where", "what"],
      rows: rows.map(({ name, summary, shape, needsFiles, downloadBytes, folder }) => [
        name,
        shape?.join(" x ") ?? null,
        downloadBytes === null ? null : `${Math.ceil(downloadBytes / 1e6)} MB`,
        needsFiles
          ? (folder ?? (downloadBytes === null ? "named by --data-dir" : "not here yet"))
          : "drawn when needed",
        summary,
      ]),
    }),
  );
  terminal.result(rows);
}

async function download(args: Named & Given<"mirror">, terminal: Terminal): Promise<void> {
  const { downloadDataset } = await import("@kwta/datasets");
  const { name } = args;
  const folder = await downloadDataset(name, {
    ...given({ dataDir: args["data-dir"], mirrors: args.mirror === undefined ? undefined : [args.mirror] }),
    signal: terminal.signal,
    onProgress: terminal.onProgress,
    onWait: () => terminal.note(`Another process is downloading ${name}. Waiting for it.`),
  });
  terminal.say(`${name} is in ${folder}.`);
  terminal.result({ name, folder });
}

async function verify(args: Named, terminal: Terminal): Promise<void> {
  const { verifyDataset } = await import("@kwta/datasets");
  const { formatTable } = await import("@kwta/viz");
  const { name } = args;
  const { signal, onProgress } = terminal;
  const files = await verifyDataset(name, { ...given({ dataDir: args["data-dir"] }), signal, onProgress });
  terminal.say(formatTable(verifiedTable(files)));
  terminal.result({ name, files });
  const bad = files.filter(({ state }) => state === "different" || state === "missing");
  if (bad.length > 0) {
    throw new InputError(
      `${bad.length} of ${files.length} files of ${name} are not as published. Move those that differ away, then: ` +
        `kwta datasets download ${name}`,
    );
  }
}

async function show(args: Parameters<CommandSettings<typeof SHOW_ARGS>["run"]>[0], terminal: Terminal): Promise<void> {
  const { writeFileAtomic } = await import("@kwta/core");
  const { subset } = await import("@kwta/datasets");
  const { openDataset } = await import("@kwta/runs");
  const { contactSheet } = await import("@kwta/viz");
  const { name } = args;
  const which = lookUp("split", args.split, { train: "train", test: "test" } as const);
  const seed = readCount("seed", args.seed)!;
  const columns = readCount("columns", args.columns, 1)!;
  const samples = readCount("samples", args.samples, 1)!;
  const { signal, onProgress, note: onNote } = terminal;
  const data = await openDataset({ ...readDataset(args), name, seed }, { signal, onProgress, onNote });
  const whole = data[which];
  const { size, images, labels, ids, shape } = subset(whole, Math.min(samples, whole.size), seed);
  const stride = shape[0] * shape[1] * shape[2];
  const byClass = Array.from({ length: size }, (_, i) => i).sort((a, b) => labels[a]! - labels[b]! || a - b);
  const pixels = byClass.map((i) => ({ image: images.subarray(i * stride, (i + 1) * stride), shape }));
  const out = args.out ?? `${name}.png`;
  await writeFileAtomic(out, contactSheet(pixels, { columns, scale: Math.max(1, Math.round(64 / shape[1])) }));
  terminal.say(
    `${size} of ${whole.size} ${which} images of ${name}, in the order of ${data.classNames.length} classes: ${out}`,
  );
  terminal.result({ name, split: which, out, ids: byClass.map((i) => ids[i]!), classNames: data.classNames });
}

function verifiedTable(files: readonly VerifiedFile[]): TableData {
  return {
    columns: ["file", "state", "why"],
    rows: files.map(({ path, state, reason }) => [path, state, reason ?? null]),
  };
}

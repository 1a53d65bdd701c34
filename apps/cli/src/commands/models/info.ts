import { readInput, show } from "@kwta/core";
import type { DictDescription, ModelDescription, WeightsDescription } from "@kwta/models";
import type { VictimSettings } from "@kwta/runs";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { stat } from "node:fs/promises";
import { command } from "../../command.ts";
import { MODEL_KINDS } from "../../evaluate/victim.ts";
import type { Terminal } from "../../terminal.ts";
import { cardText } from "./card-text.ts";
import { readShape, SHAPE_OPTIONS, startSmallBackend } from "./args.ts";
import { summarize } from "./summarize.ts";

/** `kwta models info`: a network by its id, a file of weights, or whatever `kwta evaluate` attacks. */
export const info = command({
  name: "models info",
  description: "Describe a network by its id, a file of weights, or anything that kwta evaluate attacks.",
  args: {
    what: {
      type: "positional",
      description: `An id such as resnet18@kwta:0.1, a file of weights, or a MODEL of kwta evaluate: ${MODEL_KINDS}`,
      required: true,
    },
    ...SHAPE_OPTIONS,
    key: {
      type: "string",
      description: "Which dict of the file is meant where several could be, such as state_dict_ema.",
    },
  },
  examples: {
    "models info resnet18@kwta:0.1": "a network: its size, its winners",
    "models info runs/train-1": "a run of kwta train",
    "models info model.onnx --input 28x28x1": "an ONNX file",
  },
  async run(args, terminal) {
    const { what } = args;
    const { describeVictim } = await import("@kwta/runs");
    const found = await stat(what).catch(() => undefined);
    const isNamed = found !== undefined || /^(https?|pretrained):/i.test(what);
    // Of a file of any other name it is looked at what it is.
    const isWeights = found?.isFile() === true && !/\.onnx$/i.test(what);
    if (isWeights) return describeFile(what, args.key, terminal);
    const settings = isNamed ? await describeVictim(what) : undefined;
    await startSmallBackend();
    if (settings === undefined || (await isLayersModel(settings)))
      return describeNetwork(what, settings, args, terminal);
    const description = await describeBlackBox(settings, args);
    for (const [name, value] of Object.entries(description)) {
      terminal.say(`${(LABELS[name] ?? name).padEnd(13)}${printable(String(value))}`);
    }
    terminal.result(description);
  },
});

/** What keys of a description mean that do not say it themselves. */
const LABELS: Readonly<Record<string, string>> = { grey: "grey image" };

type ShapeArgs = Parameters<typeof readShape>[0];

async function describeNetwork(
  what: string,
  settings: VictimSettings | undefined,
  args: ShapeArgs,
  terminal: Terminal,
): Promise<void> {
  const { pretrainedCard } = await import("@kwta/pretrained");
  const { createModel, describeModel } = await import("@kwta/models");
  const model = settings === undefined ? createModel(what, readShape(args)) : await loadLayers(settings);
  const description = describeModel(model);
  model.dispose();
  const card = settings?.kind === "pretrained" ? pretrainedCard(what) : undefined;
  if (card !== undefined) terminal.say(`${cardText(card)}\n`);
  terminal.say(await describe(description));
  terminal.result({ ...description, ...(card && { card }) });
}

async function isLayersModel({ kind, what }: VictimSettings): Promise<boolean> {
  const { savedFormat } = await import("@kwta/models");
  return kind === "run" || kind === "pretrained" || (kind === "saved" && (await savedFormat(what)) === "layers-model");
}

async function loadLayers({ kind, what }: VictimSettings): Promise<LayersModel> {
  const { loadModel } = await import("@kwta/models");
  const { loadPretrained } = await import("@kwta/pretrained");
  const { loadRunModel } = await import("@kwta/runs");
  if (kind === "pretrained") return loadPretrained(what);
  return kind === "run" ? loadRunModel(what) : loadModel(what);
}

/** What can be told of a model that shows no layers; an address is asked about one image. */
async function describeBlackBox(settings: VictimSettings, args: ShapeArgs): Promise<object> {
  const { describeClassifier } = await import("@kwta/runs");
  const { inputShape, numClasses } = readShape(args);
  return describeClassifier(settings, { shape: inputShape, numClasses });
}

async function describeFile(path: string, key: string | undefined, terminal: Terminal): Promise<void> {
  const { describeWeights } = await import("@kwta/models");
  const description = describeWeights(await readInput(path), show(path), key === undefined ? {} : { key });
  const { kind, advice, dicts, others } = description;
  terminal.say(`${path} is ${kind}.${advice === undefined ? "" : ` ${advice}`}`);
  for (const dict of dicts) terminal.say(["", ...dictLines(path, dict, dicts.length > 1)].join("\n"));
  const besides = Object.entries(others);
  if (besides.length > 0) {
    const list = besides.map(([name, what]) => `${printable(name)} (${printable(what)})`);
    terminal.say(`\n${dicts.length > 0 ? "Besides" : "It holds"}: ${list.join(", ")}.`);
  }
  if (dicts.length > 0) terminal.say(`\n${await tensorTable(dicts)}`);
  terminal.result(description);
}

function dictLines(path: string, dict: DictDescription, several: boolean): string[] {
  const { key, tensors, numbers, prefix, normalization, fits, nearest } = dict;
  const types = [...new Set(tensors.map(({ dtype }) => dtype))].join(", ");
  const lines = [
    `${key === "" ? "Weights" : `Weights in ${show(key)}`}: ${countOf(tensors.length, "tensor")}, ${numbers} numbers (${types})`,
  ];
  if (prefix !== "") lines.push(`  names begin with ${show(prefix)}`);
  if (normalization)
    lines.push(`  normalisation inside: ${printable(normalization.mean)}, ${printable(normalization.std)}`);
  for (const { id, inputShape, numClasses, leftOut } of fits) {
    const options = [
      `--model ${id} --input ${inputShape.join("x")} --classes ${numClasses}`,
      ...(several ? [`--key ${key}`] : []),
    ];
    lines.push(`  fits ${id.split("@", 1)[0]} for ${numClasses} classes:`);
    lines.push(`    kwta models import ${path} ${options.join(" ")} --out FOLDER`);
    lines.push("    with the activation that it was trained with in place of relu");
    if (leftOut.length > 0) lines.push(`    left out then: ${summarize(leftOut)}`);
  }
  if (fits.length === 0) lines.push("  fits no network of kwta");
  if (nearest) lines.push(`  most like ${nearest.id.split("@", 1)[0]}: ${printable(nearest.problem)}`);
  return lines;
}

function countOf(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

async function tensorTable(dicts: WeightsDescription["dicts"]): Promise<string> {
  const { formatTable } = await import("@kwta/viz");
  const tables = dicts.map(({ key, tensors }) => {
    const table = formatTable({
      ...(dicts.length > 1 && { caption: key === "" ? "the file itself" : printable(key) }),
      columns: ["tensor", "shape"],
      rows: tensors
        .slice(0, MOST_ROWS)
        .map(({ name, shape }) => [printable(name), `[${shape.slice(0, 8).join(", ")}]`]),
    });
    const left = tensors.length - MOST_ROWS;
    return left > 0 ? `${table}\n... and ${left} more; --json lists all.` : table;
  });
  return tables.join("\n\n");
}

const MOST_ROWS = 2000;

/** A name from a file, which may hold whatever moves a cursor. */
function printable(name: string): string {
  // eslint-disable-next-line no-control-regex
  return /[\u0000-\u001f\u007f-\u009f]/.test(name) || name.length > 200 ? show(name) : name;
}
async function describe(model: ModelDescription): Promise<string> {
  const { formatTable } = await import("@kwta/viz");
  const layers = Object.entries(model.layers).map(([kind, count]) => `${count} ${kind}`);
  const lines = [
    `input        [${model.inputShape.join(", ")}]`,
    `logits       [${model.outputShape.join(", ")}]`,
    `parameters   ${model.parameters}`,
    `statistics   ${model.statistics}`,
    `layers       ${layers.join(", ")}`,
  ];
  if (model.kwta.length === 0) return lines.join("\n");
  const rows = model.kwta.map(({ layer, gamma, size, k }) => [layer, gamma, size, k]);
  return [...lines, formatTable({ columns: ["k-WTA layer", "gamma", "values", "winners"], rows })].join("\n");
}

import type { ModelDescription } from "@kwta/models";
import { stat } from "node:fs/promises";
import { needed, readShape, startSmallBackend, type RunAction } from "./args.ts";

/** `kwta models info`: a network by its id, a saved model, or a file of weights. */
export const info: RunAction = async (args, terminal) => {
  const what = needed(args, "what");
  const shape = readShape(args);
  const { createModel, describeModel } = await import("@kwta/models");
  const { loadModel } = await import("@kwta/models");
  const found = await stat(what).catch(() => undefined);
  if (found?.isFile()) return describeFile(what, terminal);
  await startSmallBackend();
  const model = found ? await loadModel(what) : createModel(what, shape);
  const description = describeModel(model);
  model.dispose();
  terminal.say(await describe(description));
  terminal.result(description);
};

async function describeFile(path: string, terminal: Parameters<RunAction>[1]): Promise<void> {
  const { readWeights } = await import("@kwta/models");
  const { formatTable } = await import("@kwta/viz");
  const { format, tensors } = await readWeights(path);
  const rows = [...tensors].map(([name, { shape, data }]) => ({ name, shape, size: data.length }));
  const size = rows.reduce((sum, row) => sum + row.size, 0);
  terminal.say(
    formatTable({
      caption: `${format}, ${rows.length} tensors, ${size} numbers`,
      columns: ["tensor", "shape"],
      rows: rows.map((row) => [row.name, `[${row.shape.join(", ")}]`]),
    }),
  );
  terminal.result({ format, tensors: rows });
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

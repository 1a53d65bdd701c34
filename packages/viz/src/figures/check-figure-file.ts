import { InputError, show } from "@kwta/core";
import {
  also,
  flag,
  increasing,
  isObject,
  list,
  measured,
  Mismatch,
  number,
  object,
  oneOf,
  orNull,
  positive,
  sameLength,
  share,
  text,
  whole,
  type Check,
} from "./_data-checks.ts";
import {
  FIGURE_SCHEMA,
  type Curve,
  type Figure1Data,
  type Figure2Data,
  type Figure3Data,
  type FigureFile,
  type FigureNumber,
  type LogitPanel,
  type LossPath,
  type LossSurface,
} from "./figure-data.ts";

/**
 * Looks through what was read from a data file, so that {@link drawFigure} finds what it needs.
 *
 * @param where - how to name the file in errors, such as its path
 * @returns the same value
 * @throws InputError that says what is wrong, where, and how to get a file that can be drawn
 */
export function checkFigureFile(value: unknown, where: string): FigureFile {
  if (!isObject(value) || value["schema"] !== FIGURE_SCHEMA) {
    const found =
      isObject(value) && "schema" in value ? `its schema is ${show(value["schema"])}` : "it names no schema";
    throw new InputError(
      `${where} is no data file of a figure: ${found}, expected "${FIGURE_SCHEMA}". Make it with \`kwta figure\` of this version.`,
    );
  }
  const { figure } = value;
  if (typeof figure !== "number" || !Object.hasOwn(dataChecks, figure)) {
    throw new InputError(`${where} is the data file of figure ${show(figure)}. Figures 1 to 7 can be drawn.`);
  }
  try {
    head(value, "the file");
    dataChecks[figure as FigureNumber](value["data"], "data");
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    const again = `Make the file again with \`kwta figure ${figure}\`.`;
    throw new InputError(`The data file ${where} cannot be drawn: ${error.message}. ${again}`);
  }
  return value as unknown as FigureFile;
}

const head = object({
  title: text,
  settings: object({}),
  notes: list(object({ kind: oneOf("agrees", "differs", "note"), text })),
  data: object({}),
});

const curve = also<Curve>(object({ x: list(number, 1), y: list(number, 1) }), ({ x, y }, path) =>
  sameLength(y, `${path}.y`, x, "x"),
);

const figure1 = also<Figure1Data>(
  object({
    x: increasing,
    target: list(number),
    points: curve,
    nets: list(object({ name: text, label: text, pieces: list(curve, 1) }), 1),
    detail: object({ from: number, to: number }),
  }),
  ({ x, target, detail }, path) => {
    sameLength(target, `${path}.target`, x, "x");
    if (!(detail.from < detail.to)) throw new Mismatch(`${path}.detail ends before it begins`);
  },
);

const column = object({
  name: text,
  label: text,
  groupSize: positive,
  outputs: list(object({ value: number, kept: flag }), 1),
});

const figure2 = also<Figure2Data>(object({ input: list(number, 1), columns: list(column, 1) }), (data, path) => {
  for (const [i, { groupSize, outputs }] of data.columns.entries()) {
    const groups = Math.ceil(data.input.length / groupSize);
    if (outputs.length === data.input.length || outputs.length === groups) continue;
    const found = `${path}.columns[${i}].outputs has ${outputs.length} elements`;
    throw new Mismatch(`${found}, expected one for each input or one for each of ${groups} groups`);
  }
});

const panel = also<LogitPanel>(
  object({
    label: text,
    activation: text,
    eps: positive,
    image: whole,
    trueClass: whole,
    sizes: increasing,
    logits: list(list(measured), 1),
  }),
  ({ sizes, logits }, path) => {
    for (const [c, values] of logits.entries()) sameLength(values, `${path}.logits[${c}]`, sizes, "sizes");
  },
);

const lossPath = also<LossPath>(
  object({ label: text, activation: text, steps: list(number, 1), loss: list(measured) }),
  ({ steps, loss }, path) => sameLength(loss, `${path}.loss`, steps, "steps"),
);

const figure3 = also<Figure3Data>(
  object({ classNames: list(text, 1), panels: list(panel), training: list(lossPath) }),
  ({ classNames, panels }, path) => {
    for (const [i, { logits, trueClass }] of panels.entries()) {
      sameLength(logits, `${path}.panels[${i}].logits`, classNames, "classNames");
      if (trueClass >= classNames.length) {
        throw new Mismatch(
          `${path}.panels[${i}].trueClass is ${trueClass}, but there are ${classNames.length} classes`,
        );
      }
    }
  },
);

const estimate = object({ value: share, low: share, high: share, count: whole });
const accuracies = { clean: estimate, pgd: estimate, adaptive: orNull(estimate) };
const attacks = object({ pgd: text, adaptive: text });

const figure4 = object({
  attacks,
  networks: list(
    object({
      label: text,
      eps: positive,
      rows: list(object({ gamma: positive, ...accuracies }), 1),
      relu: orNull(object(accuracies)),
    }),
    1,
  ),
});

const figure6 = object({
  attacks,
  networks: list(
    object({
      label: text,
      eps: positive,
      rows: list(object({ gamma: positive, direct: object(accuracies), incremental: object(accuracies) }), 1),
    }),
    1,
  ),
});

const surface = also<LossSurface>(
  object({
    label: text,
    model: text,
    activation: text,
    training: oneOf("natural", "adversarial"),
    random: increasing,
    gradient: increasing,
    loss: list(list(measured)),
  }),
  ({ random, gradient, loss }, path) => {
    sameLength(loss, `${path}.loss`, gradient, "gradient");
    for (const [i, row] of loss.entries()) sameLength(row, `${path}.loss[${i}]`, random, "random");
  },
);

const surfaces = object({ sample: object({ index: whole, className: text }), surfaces: list(surface, 1) });

const dataChecks: Readonly<Record<FigureNumber, Check>> = {
  1: figure1,
  2: figure2,
  3: figure3,
  4: figure4,
  5: surfaces,
  6: figure6,
  7: surfaces,
};

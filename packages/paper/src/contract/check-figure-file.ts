import { InputError, isObject, show } from "@kwta/core";
import { list, Mismatch, object, oneOf, text } from "./data-checks.ts";
import type { Figure } from "./figure.ts";
import { FIGURE_SCHEMA, LABELS, type FigureFile } from "./figure-file.ts";
import { everyFigure } from "../figures.ts";

/**
 * Looks through what was read from a data file, so that {@link drawFigure} finds what it needs.
 *
 * @param where - how to name the file in errors, such as its path
 * @param figures - those that can be drawn
 * @returns the same value
 * @throws InputError that says what is wrong, where, and how to get a file that can be drawn
 */
export function checkFigureFile(value: unknown, where: string, figures: readonly Figure[] = everyFigure()): FigureFile {
  if (!isObject(value) || value["schema"] !== FIGURE_SCHEMA) {
    const found =
      isObject(value) && "schema" in value ? `its schema is ${show(value["schema"])}` : "it names no schema";
    throw new InputError(
      `${where} is no data file of a figure: ${found}, expected "${FIGURE_SCHEMA}". Make it with \`kwta figure\` of this version.`,
    );
  }
  const figure = figures.find(({ id }) => id === value["figure"]);
  if (figure === undefined) {
    const known = figures.map(({ id }) => id).join(", ");
    throw new InputError(`${where} is the data file of ${show(value["figure"])}. What can be drawn: ${known}.`);
  }
  try {
    head(value, "the file");
    figure.check(value["data"], "data");
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    const again = `Make the file again with \`kwta figure ${figure.id}\`.`;
    throw new InputError(`The data file ${where} cannot be drawn: ${error.message}. ${again}`);
  }
  return value as unknown as FigureFile;
}

const head = object({
  title: text,
  settings: object({}),
  notes: list(object({ kind: oneOf(...Object.keys(LABELS)), text })),
  data: object({}),
});

import { also, flag, list, Mismatch, number, object, positive, text, type Check } from "../contract/data-checks.ts";

/** One unit after an activation. */
export interface ActivationOutput {
  readonly value: number;
  /** Whether the input went through. */
  readonly kept: boolean;
}

/** One activation of {@link Figure2Data}. */
export interface ActivationColumn {
  /** The activation, such as `"maxpool:2"`. */
  readonly name: string;
  readonly label: string;
  /** Units that compete with each other; 1 where each stands alone, all of them for k-WTA. */
  readonly groupSize: number;
  /** One for each input, or one for each group. */
  readonly outputs: readonly ActivationOutput[];
}

/** Activations on one column of numbers. */
export interface Figure2Data {
  readonly input: readonly number[];
  readonly columns: readonly ActivationColumn[];
}

const column = object({
  name: text,
  label: text,
  groupSize: positive,
  outputs: list(object({ value: number, kept: flag }), 1),
});

/** @see Figure2Data */
export const check: Check = also<Figure2Data>(
  object({ input: list(number, 1), columns: list(column, 1) }),
  (data, path) => {
    for (const [i, { groupSize, outputs }] of data.columns.entries()) {
      const groups = Math.ceil(data.input.length / groupSize);
      if (outputs.length === data.input.length || outputs.length === groups) continue;
      const found = `${path}.columns[${i}].outputs has ${outputs.length} elements`;
      throw new Mismatch(`${found}, expected one for each input or one for each of ${groups} groups`);
    }
  },
);

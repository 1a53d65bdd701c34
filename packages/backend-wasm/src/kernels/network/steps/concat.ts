import { wasmCode } from "../../../host/_wasm-code.ts";
import type { Call, StepMaker } from "../step.ts";

/** How many numbers one chunk copies, about. */
const BLOCK = 16384;

/** Values side by side, along the channels. */
export const makeConcat: StepMaker = (_args, inputs) => {
  const { height, width } = inputs[0]!;
  if (inputs.some((each) => each.height !== height || each.width !== width))
    throw new Error("what is joined must have one height and width");
  const widths = inputs.map(({ channels }) => channels);
  const channels = widths.reduce((a, b) => a + b, 0);
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((a, b) => a + b, 0));
  const copy = ({ host, count }: Call, floats: number, from: number, fromStep: number, to: number, toStep: number) => {
    const rows = count * height * width;
    const block = Math.max(1, Math.floor(BLOCK / floats));
    host.run(wasmCode, "copyRows", Math.ceil(rows / block), [from, to, rows, floats, fromStep, toStep, block]);
  };
  return {
    shape: { height, width, channels },
    forward: (call, { inputs: from, output }) =>
      from.forEach((each, i) => copy(call, widths[i]!, each, widths[i]!, output + 4 * starts[i]!, channels)),
    backward: (call, { dy, dx, input }) =>
      copy(call, widths[input]!, dy + 4 * starts[input]!, channels, dx, widths[input]!),
  };
};

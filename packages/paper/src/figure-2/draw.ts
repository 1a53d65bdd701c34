import { picture, textAt, tickLabel, type Panel, type Panels } from "@kwta/viz";
import type { ActivationColumn, Figure2Data } from "./data.ts";

const panelWidth = 160;
const radius = 19;
const step = 46;
const top = 44;

/** Each activation as two columns of units, before and after. */
export function draw(data: Figure2Data): Panels {
  return {
    caption:
      "One column of numbers before and after each activation. White circles are kept, grey ones set to zero; a frame holds units that compete with each other.",
    rows: [data.columns.map((column) => activation(data.input, column))],
    pageWidth: panelWidth,
    width: Math.max(480, 60 + 190 * data.columns.length),
    tables: [
      {
        columns: ["input", ...data.columns.map(({ label }) => label)],
        rows: data.input.map((value, i) => [
          value,
          ...data.columns.map((column) => {
            const { outputs } = column;
            if (outputs.length === data.input.length) return outputs[i]!.value;
            return i % column.groupSize === 0 ? (outputs[i / column.groupSize]?.value ?? null) : "";
          }),
        ]),
      },
    ],
  };
}

function activation(input: readonly number[], column: ActivationColumn): Panel {
  return () => {
    const width = panelWidth;
    const [left, right] = [30, width - 30];
    const height = top + step * input.length + 8;
    const middle = (row: number): number => top + step * (row + 0.5);
    const per = input.length / column.outputs.length;
    const before = input.map((value, i) => unit(left, middle(i), value, true));
    const after = column.outputs.map(({ value, kept }, i) => {
      const y = middle(i * per + (per - 1) / 2);
      return unit(right, y, value, kept);
    });
    const said = column.outputs.map(({ value }) => tickLabel(value)).join(", ");
    const body =
      textAt(column.label, width / 2, 20, { size: 15, bold: true, anchor: "middle" }) +
      frames(input.length, column.groupSize, left) +
      before.join("") +
      arrow(left + radius + 10, right - radius - 10, top + (step * input.length) / 2) +
      after.join("");
    return picture(width, height, `${column.label}: ${said}.`, body);
  };
}

function unit(x: number, y: number, value: number, kept: boolean): string {
  const look = kept
    ? `fill="none" stroke="currentColor" stroke-width="1.6"`
    : `fill-opacity=".16" stroke="currentColor" stroke-opacity=".35"`;
  const text = textAt(tickLabel(Number(value.toPrecision(2))), x, y + 4.5, {
    size: 13,
    anchor: "middle",
    opacity: kept ? 1 : 0.7,
  });
  return `<circle cx="${x}" cy="${y}" r="${radius}" ${look}/>${text}`;
}

/** Frames around the units of a group; a unit that stands alone needs none. */
function frames(count: number, size: number, x: number): string {
  if (size <= 1) return "";
  const [half, gap] = [radius + 7, 2];
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => {
    const units = Math.min(size, count - i * size);
    return (
      `<rect x="${x - half}" y="${top + i * size * step + gap}" width="${2 * half}" height="${units * step - 2 * gap}"` +
      ` rx="${half}" fill="none" stroke="currentColor" stroke-opacity=".45" stroke-dasharray="4 3"/>`
    );
  }).join("");
}

function arrow(from: number, to: number, y: number): string {
  return `<path d="M${from} ${y}H${to}m-7 -5l7 5l-7 5" fill="none" stroke="currentColor" stroke-width="1.6"/>`;
}

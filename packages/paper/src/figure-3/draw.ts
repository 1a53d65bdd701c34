import {
  chartPanel,
  chartRow,
  panelLetter as letter,
  type LineChartData,
  type LineSeries,
  type Panel,
  type Panels,
  type TableData,
} from "@kwta/viz";
import { epsText, isInLevels } from "@kwta/core";
import type { Measured } from "../shared/measured.ts";
import type { Figure3Data, LogitPanel, LossPath } from "./data.ts";

/** Logits along a perturbation, a row for each eps and a column for each network; below, losses of training. */
export function draw(data: Figure3Data): Panels {
  const labels = [...new Set(data.panels.map(({ label }) => label))];
  const radii = [...new Set(data.panels.map(({ eps }) => eps))].sort((a, b) => a - b);
  let mark = 0;
  const rows = radii.map((eps): (Panel | null)[] => {
    const row = labels.flatMap((label) => data.panels.find((one) => one.label === label && one.eps === eps) ?? []);
    const domain = roomAround(row.flatMap((panel) => panel.logits.flat()));
    const charts = row.map((panel) => logits(data, panel, letter(mark++), domain));
    return [...chartRow(charts, 340, "ends"), ...labels.slice(row.length).map(() => null)];
  });
  if (data.training.length > 0) rows.push([training(data.training, letter(mark))]);
  return {
    caption:
      "The logits of one test image while an adversarial perturbation grows; thick are the true class, in the colour of the text, and the class that the net gives at the end. " +
      "Panels beside each other share one scale." +
      (data.training.length === 0
        ? ""
        : " Last, the loss on a fixed batch along the straight segments between the weights of successive training steps, at the same stage of both trainings."),
    rows,
    width: labels.length > 1 ? 960 : 560,
    tables: [...data.panels.map((panel) => logitTable(data.classNames, panel)), trainingTable(data.training)],
  };
}

function logits(data: Figure3Data, panel: LogitPanel, mark: string, domain: Domain): LineChartData {
  const { label, eps, sizes } = panel;
  const levels = isInLevels(eps);
  const unit = levels ? 255 : 1;
  const series = classLines(data, panel).map((line, c) => ({
    ...line,
    points: sizes.map((size, i) => [unit * size, panel.logits[c]![i] ?? NaN] as const),
  }));
  return {
    title: `${mark} ${label}, ε = ${epsText(eps)}`,
    subtitle: crossing(data.classNames, panel),
    x: {
      label: levels ? "size of the perturbation, in 1/255" : "size of the perturbation, pixels from 0 to 1",
      // A data file holds sizes of some digits: without rounding the axis might end right before its last tick.
      domain: [sizes[0]!, sizes.at(-1)!].map((size) => Number((unit * size).toPrecision(5))) as [number, number],
    },
    y: { label: "logit", ...domain },
    series,
  };
}

/** The same colour and dash for a class in all panels; the true class in the colour of texts, and thick as the last winner. */
function classLines({ classNames }: Figure3Data, { trueClass, logits: lines, sizes }: LogitPanel): LineSeries[] {
  const last = winner(lines, sizes.length - 1);
  return classNames.map((name, c) => {
    const line = { name, points: [], marks: false, weight: c === trueClass || c === last ? 2.6 : 1.1 };
    if (c === trueClass) return { ...line, color: "currentColor", dashed: false };
    const dashed = c < classColors.length ? false : c < 2 * classColors.length ? true : "dots";
    return { ...line, color: classColors[c % classColors.length]!, dashed };
  });
}

/** Five hues, each once whole and once dashed for ten classes. */
const classColors: readonly string[] = ["#2679c4", "#d4600f", "#0ca468", "#694dd5", "#8f809e"];

/** When the prediction first changes, and how often in all. */
function crossing(classNames: readonly string[], { logits: lines, sizes, trueClass }: LogitPanel): string {
  const winners = sizes.map((_, i) => winner(lines, i));
  const name = (c: number): string => classNames[c] ?? "no class";
  const begin = `True class: ${name(trueClass)}. `;
  const changes = winners.flatMap((c, i) => (i > 0 && c !== winners[i - 1] ? [i] : []));
  const [first] = changes;
  if (first === undefined) return `${begin}Predicted ${name(winners[0]!)} all along.`;
  const at = sizeText(sizes[first]!, sizes.at(-1)!);
  return `${begin}To ${name(winners[first]!)} at ${at}; ${changes.length} change${changes.length === 1 ? "" : "s"}.`;
}

/** A size of the perturbation, written like the largest one. */
function sizeText(size: number, largest: number): string {
  const levels = isInLevels(largest);
  const value = Number((levels ? 255 * size : size).toPrecision(2));
  return levels ? `${value}/255` : String(value);
}

function winner(logitsOfClass: readonly (readonly Measured[])[], index: number): number {
  let best = -1;
  for (const [c, values] of logitsOfClass.entries()) {
    const value = values[index] ?? -Infinity;
    if (best < 0 || value > (logitsOfClass[best]![index] ?? -Infinity)) best = c;
  }
  return best;
}

function training(paths: readonly LossPath[], mark: string): Panel {
  return chartPanel(
    {
      title: `${mark} Loss along the path of training`,
      x: { label: "training steps, counted from the same stage of training" },
      // How even the change is matters here, not how far it is from 0.
      y: { label: "cross-entropy on a fixed batch, in nats", ...roomAround(paths.flatMap(({ loss }) => loss)) },
      series: paths.map(({ label, steps, loss }) => ({
        name: label,
        points: steps.map((step, i) => [step - steps[0]!, loss[i] ?? NaN] as const),
        marks: false,
      })),
    },
    320,
    "own",
  );
}

type Domain = { readonly domain?: [number, number] };

function roomAround(values: readonly Measured[]): Domain {
  const finite = values.filter((value) => value !== null).sort((a, b) => a - b);
  const [low, high] = [finite[0], finite.at(-1)];
  if (low === undefined || high === undefined || low === high) return {};
  const room = 0.05 * (high - low);
  return { domain: [Number((low - room).toPrecision(3)), Number((high + room).toPrecision(3))] };
}

function logitTable(classNames: readonly string[], panel: LogitPanel): TableData {
  const last = panel.sizes.length - 1;
  const shown = [...new Set([0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * last)))];
  return {
    caption: `Logits of ${panel.label}, ε = ${epsText(panel.eps)}, at sizes of the perturbation.`,
    columns: ["class", ...shown.map((i) => sizeText(panel.sizes[i]!, panel.eps))],
    rows: classNames.map((name, c) => [
      c === panel.trueClass ? `${name} (true)` : name,
      ...shown.map((i) => short(panel.logits[c]![i]!)),
    ]),
  };
}

function trainingTable(paths: readonly LossPath[]): TableData {
  return {
    caption: "Loss along the path of training.",
    columns: ["network", "first", "last", "points"],
    rows: paths.map(({ label, loss }) => [label, short(loss[0] ?? null), short(loss.at(-1) ?? null), loss.length]),
  };
}

function short(value: Measured): number | null {
  return value === null ? null : Number(value.toPrecision(3));
}

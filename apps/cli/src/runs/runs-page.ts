import { readMetrics, summarizeRun, type RunSummary } from "@kwta/runs";
import type { EpochMetrics, Metrics, StepMetrics } from "@kwta/training";
import {
  htmlReport,
  lineChart,
  palette,
  renderSvg,
  type LinePoint,
  type LineSeries,
  type ReportBlock,
} from "@kwta/viz";
import { COLUMNS, rowOf } from "./run-row.ts";

/** A run and what it has noted. */
interface Curves {
  readonly summary: RunSummary;
  readonly metrics: readonly Metrics[];
}

/**
 * The curves of some trainings on one page, an HTML file that needs nothing else.
 *
 * @param paths their folders
 * @throws InputError when one holds no run
 */
export async function runsPage(paths: readonly string[]): Promise<string> {
  const runs = await Promise.all(
    paths.map(async (path) => ({ summary: await summarizeRun(path), metrics: await readMetrics(path) })),
  );
  const table = { columns: COLUMNS, rows: runs.map(({ summary }) => rowOf(summary)) };
  return htmlReport({
    title: paths.length === 1 ? `Training ${paths[0]}` : `${paths.length} trainings`,
    summary: runs.map(({ summary }) => sentence(summary)).join(" "),
    sections: [
      { heading: "Results", blocks: [{ table }] },
      {
        heading: "Curves",
        intro: "Each run has a colour. Long curves of steps show the mean of neighbouring ones.",
        blocks: await charts(runs),
      },
    ],
    generatedFrom: Object.fromEntries(runs.map(({ summary }) => [summary.path, summary])),
  });
}

function sentence({ path, settings, epochs, diverged, complete, ...measured }: RunSummary): string {
  const { testAccuracy, robustTestAccuracy } = measured;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const tested = testAccuracy === undefined ? "" : `, test accuracy ${percent(testAccuracy)}`;
  const { attack = "pgd:steps=20", norm = "linf", eps } = settings.training.validation ?? {};
  const attacked =
    robustTestAccuracy === undefined ? "" : `, ${percent(robustTestAccuracy)} under ${attack} at ${norm} ${eps}`;
  const end = diverged === undefined ? "" : ` ${diverged}`;
  return `${path}: ${epochs} epochs${complete ? "" : ", not complete"}${tested}${attacked}.${end}`;
}

async function charts(runs: readonly Curves[]): Promise<ReportBlock[]> {
  const x = { label: "step" };
  const percent = { percent: true, domain: [0, 1] } as const;
  const drawn = [
    { title: "Training loss", x, y: { label: "loss" }, series: ofSteps(runs, { loss: "" }) },
    {
      title: "Accuracy on training batches",
      x,
      y: { label: "accuracy", ...percent },
      series: ofSteps(runs, { accuracy: "", robustAccuracy: ", attacked" }),
    },
    {
      title: "Accuracy on test images",
      x,
      y: { label: "accuracy", ...percent },
      series: ofEpochs(runs, { testAccuracy: "", robustTestAccuracy: ", attacked", guardAccuracy: ", guard" }),
    },
    { title: "Learning rate", x, y: { label: "learning rate" }, series: ofSteps(runs, { learningRate: "" }) },
    { title: "Sparsity ratio", x, y: { label: "gamma" }, series: ofEpochs(runs, { gamma: "" }) },
    {
      title: "Duty cycles of channels",
      x,
      y: { label: "share of dead ones, entropy of wins", ...percent },
      series: ofEpochs(runs, { deadShare: ", dead", dutyEntropy: ", entropy" }),
    },
  ].filter(({ series }) => series.length > 0);
  return Promise.all(drawn.map(async (chart) => ({ svg: await renderSvg(lineChart(chart)) })));
}

type Names<T> = Partial<Record<keyof T, string>>;

function ofSteps(runs: readonly Curves[], names: Names<StepMetrics>): LineSeries[] {
  return seriesOf(runs, "step", names as Record<string, string>, smooth);
}

function ofEpochs(runs: readonly Curves[], names: Names<EpochMetrics>): LineSeries[] {
  return seriesOf(runs, "epoch", names as Record<string, string>, (points) => points);
}

function seriesOf(
  runs: readonly Curves[],
  kind: Metrics["kind"],
  names: Readonly<Record<string, string>>,
  through: (points: readonly LinePoint[]) => readonly LinePoint[],
): LineSeries[] {
  return runs.flatMap(({ summary, metrics }, run) =>
    Object.entries(names).flatMap(([name, suffix], i) => {
      const points = metrics.flatMap((line) => {
        const value = line.kind === kind ? (line as unknown as Record<string, unknown>)[name] : undefined;
        return typeof value === "number" ? [[line.step, value] as const] : [];
      });
      if (points.length === 0) return [];
      const color = palette[run % palette.length]!;
      return [{ name: summary.path + suffix, points: through(points), color, ...DASHES[i] }];
    }),
  );
}

/** Of the first, second and third quantity of a chart. */
const DASHES = [{ dashed: false }, { dashed: true }, { dashed: "dots" }] as const;
/** At most so many points a line. */
const MOST_POINTS = 200;

function smooth(points: readonly LinePoint[]): readonly LinePoint[] {
  const width = Math.ceil(points.length / MOST_POINTS);
  return Array.from({ length: Math.ceil(points.length / width) }, (_, i) => {
    const some = points.slice(i * width, (i + 1) * width);
    const mean = (of: (point: LinePoint) => number): number =>
      some.reduce((sum, each) => sum + of(each), 0) / some.length;
    return [mean(([at]) => at), mean(([, value]) => value)] as const;
  });
}

import { epsText } from "@kwta/core";
import type { AttackEvaluation, Evaluation } from "@kwta/evaluation";
import { gallery } from "@kwta/report";
import { htmlReport, lineChart, palette, renderSvg, type ImageGridData, type LineSeries } from "@kwta/viz";
import { PLAIN_ATTACK, TITLES } from "./protocol.ts";
import type { NetReport, QuickstartReport } from "./report.ts";
import { quickstartTable } from "./table.ts";

/** The page of a quickstart: one HTML file that needs nothing else, drawn from its report alone. */
export async function quickstartPage(report: QuickstartReport): Promise<string> {
  const { settings, nets } = report;
  const eps = epsText(settings.eps);
  return htmlReport({
    title: `k-WTA beside ReLU on ${settings.dataset.name}`,
    summary: report.finding,
    generatedFrom: { ...settings, computedBy: report.computedBy, createdAt: report.createdAt },
    sections: [
      {
        heading: "Accuracy",
        intro: `Share of test images classified correctly, as they are and after each attack (Linf, eps ${eps}, images in [0, 1]).`,
        blocks: [{ table: quickstartTable(report), caption: CAPTION }],
      },
      {
        heading: "Accuracy over eps",
        intro: "An attack that works takes every net to 0 as eps grows. Bands are 95 % confidence intervals.",
        blocks: [{ svg: await overEps(nets) }],
      },
      {
        heading: "Training",
        intro: "Standard training with the same settings and the same order of images.",
        blocks: (await training(nets)).map((svg) => ({ svg })),
      },
      ...[nets.relu, nets.kwta].map((net) => ({
        heading: `Adversarial images for ${net.model}`,
        intro: `PGD, each at the smallest size that was tried and that broke it, up to eps ${eps}. The perturbation is drawn around grey.`,
        blocks: [{ images: brokenImages(net, report) }],
      })),
    ],
  });
}

const CAPTION =
  "In small type the 95 % confidence interval (Wilson). PGD and adaptive PGD share loss, steps, restarts and the number of " +
  "gradients; only the backward pass of k-WTA differs. For a net without k-WTA the adaptive one is PGD with other random " +
  "starts. What an attack breaks at one eps counts as broken at every larger one. The worst case is taken for each image " +
  "over all attacks that ran on it.";

function overEps({ relu, kwta }: QuickstartReport["nets"]): Promise<string> {
  const series = [relu, kwta].flatMap(({ model, evaluation }, net) =>
    evaluation.attacks.filter(({ at }) => at.length > 1).map((attack) => line(model, evaluation, attack, net)),
  );
  return renderSvg(
    lineChart({
      title: "Accuracy under attack",
      x: { label: "eps (Linf)" },
      y: { label: "accuracy", percent: true, domain: [0, 1] },
      series,
    }),
  );
}

/** From the clean accuracy, at eps 0. */
function line(model: string, { clean }: Evaluation, { id, at }: AttackEvaluation, net: number): LineSeries {
  return {
    name: `${model}, ${TITLES[id] ?? id}`,
    color: palette[net]!,
    dashed: id !== PLAIN_ATTACK,
    points: [{ eps: 0, accuracy: clean }, ...at].map(
      ({ eps, accuracy }) => [eps, accuracy.value, accuracy.low, accuracy.high] as const,
    ),
  };
}

function training({ relu, kwta }: QuickstartReport["nets"]): Promise<string[]> {
  const nets = [relu, kwta];
  const loss = lineChart({
    title: "Training loss",
    subtitle: "mean of neighbouring steps",
    x: { label: "step" },
    y: { label: "cross-entropy" },
    series: nets.map(({ model, metrics }) => ({ name: model, points: smooth(metrics) })),
  });
  const accuracy = lineChart({
    title: "Test accuracy after each epoch",
    x: { label: "epoch" },
    y: { label: "accuracy", percent: true, domain: [0, 1] },
    series: nets.map(({ model, metrics }) => ({
      name: model,
      points: metrics.flatMap((m) => (m.kind === "epoch" ? [[m.epoch, m.testAccuracy] as const] : [])),
    })),
  });
  return Promise.all([loss, accuracy].map((chart) => renderSvg(chart)));
}

/** About 60 points, each the mean of as many steps as lie between two of them. */
function smooth(metrics: NetReport["metrics"]): [number, number][] {
  const steps = metrics.flatMap((m) => (m.kind === "step" ? [m] : []));
  const width = Math.max(1, Math.ceil(steps.length / 60));
  const points: [number, number][] = [];
  for (let from = 0; from < steps.length; from += width) {
    const part = steps.slice(from, from + width);
    points.push([part.at(-1)!.step, part.reduce((sum, { loss }) => sum + loss, 0) / part.length]);
  }
  return points;
}

/** Some of the images that PGD broke at the eps of the table or below. */
function brokenImages({ evaluation }: NetReport, { settings, classNames }: QuickstartReport): ImageGridData {
  const named = { ...evaluation, subject: { classNames } };
  return gallery(named, { most: SHOWN_IMAGES, attack: PLAIN_ATTACK, eps: settings.eps }) ?? { columns: [], rows: [] };
}

/** How many images the page shows of each net. */
export const SHOWN_IMAGES = 6;

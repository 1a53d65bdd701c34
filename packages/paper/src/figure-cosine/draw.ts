import { epsText } from "@kwta/core";
import { chartPanel, palette, type LineSeries, type Panels, type TableData } from "@kwta/viz";
import { sizeText, unitOf } from "../shared/units.ts";
import { median, medianPoint } from "../shared/quantiles.ts";
import { isExact, nameOf, type CosineData } from "./data.ts";

/** One chart: a line for each gradient. */
export function draw(data: CosineData): Panels {
  const { lines, sigmas, eps, images, directions } = data;
  const { factor, name } = unitOf(eps);
  const nets = [...new Set(lines.map(({ label }) => label))];
  const series = lines.map((line): LineSeries => {
    const color = palette[nets.indexOf(line.label) % palette.length]!;
    const points = sigmas.map((sigma, i) => medianPoint(factor * sigma, line.cosines[i]!));
    return { name: nameOf(line), points, color, dashed: !isExact(line) };
  });
  return {
    caption:
      `What the gradient at an image says of random Gaussian steps, held against what the margin does along them: the cosine of the two over ${directions} directions, ` +
      `1 where the net is affine as far as the steps reach. Lines are medians of ${images} images, bands their quartiles; dashed, the gradient is taken through a smooth gate. ` +
      `The vertical line is ε = ${epsText(eps)}.`,
    rows: [
      [
        chartPanel(
          {
            title: "Gradient against what is seen",
            x: { label: `standard deviation of the steps, ${name} (logarithmic)`, log: true, format: ".3~g" },
            y: { label: "cosine", domain: [Math.min(-0.2, lowest(series)), 1] },
            rules: [factor * eps],
            series,
          },
          400,
          "own",
        ),
      ],
    ],
    width: 720,
    tables: [medians(data)],
  };
}

function lowest(series: readonly LineSeries[]): number {
  return Math.min(...series.flatMap(({ points }) => points.map((point) => point?.[2] ?? 0)));
}

function medians({ lines, sigmas, eps }: CosineData): TableData {
  return {
    caption: "Median cosines.",
    columns: ["gradient", ...sigmas.map((sigma) => `σ = ${sizeText(sigma, eps)}`)],
    rows: lines.map((line) => [nameOf(line), ...line.cosines.map((each) => median(each).toFixed(2))]),
  };
}

export { contactSheet, type ContactSheetOptions } from "./contact-sheet.ts";
export { encodePng, pngDataUri, type EncodedPng, type Pixels } from "./image.ts";
export { checkFigureFile } from "./figures/check-figure-file.ts";
export { coolwarm } from "./coolwarm.ts";
export { drawFigure, type DrawnFigure } from "./figures/draw-figure.ts";
export { escapeHtml } from "./escape-html.ts";
export {
  FIGURE_SCHEMA,
  type Accuracies,
  type AccuracyEstimate,
  type ActivationColumn,
  type ActivationOutput,
  type AttackLabels,
  type Curve,
  type Figure1Data,
  type Figure2Data,
  type Figure3Data,
  type Figure4Data,
  type Figure6Data,
  type FigureDataByNumber,
  type FigureFile,
  type FigureFileOf,
  type FigureNote,
  type FigureNumber,
  type FittedNet,
  type GammaSweep,
  type LogitPanel,
  type LossPath,
  type LossSurface,
  type Measured,
  type SurfaceData,
  type TrainingSweep,
} from "./figures/figure-data.ts";
export { formatTable, type FormatTableOptions } from "./format-table.ts";
export { htmlReport, type HtmlReportData, type ReportBlock, type ReportSection } from "./html-report.ts";
export { imageGrid, type ImageCell, type ImageGridData, type ImageRow } from "./image-grid.ts";
export { lineChart, type ChartAxis, type HorizontalAxis, type LineChartData, type ValueAxis } from "./line-chart.ts";
export { palette } from "./palette.ts";
export { perturbationImage, type PerturbationImage } from "./perturbation-image.ts";
export {
  projectSurface,
  type ProjectedSurface,
  type Projection,
  type SurfaceGrid,
  type SurfacePolygon,
  type SurfaceView,
} from "./project-surface.ts";
export { renderSvg } from "./render-svg.ts";
export { table } from "./table.ts";
export type { LinePoint, LineSeries } from "./line-series.ts";
export type { RichCell, TableCell, TableColumn, TableData, Tone } from "./table-data.ts";

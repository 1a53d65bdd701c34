export { lineChart } from "./charts/line-chart.ts";
export { type ChartAxis, type HorizontalAxis, type LineChartData, type ValueAxis } from "./charts/line-chart-data.ts";
export { dotPlot, type DotPlotData, type DotRow, type DotValue } from "./charts/dot-plot.ts";
export type { LinePoint, LineSeries } from "./charts/line-series.ts";
export { palette } from "./charts/palette.ts";
export { renderSvg } from "./charts/render-svg.ts";
export { contactSheet, type ContactSheetOptions } from "./images/contact-sheet.ts";
export { imageGrid, type ImageCell, type ImageGridData, type ImageRow } from "./images/image-grid.ts";
export { encodePng, pngDataUri, type EncodedPng, type Pixels } from "./images/image.ts";
export { perturbationImage, type PerturbationImage } from "./images/perturbation-image.ts";
export { chartPanel, chartRow, type LineNames } from "./panels/chart-panel.ts";
export { drawSheet, type SheetOptions } from "./panels/draw-sheet.ts";
export { legendPanel } from "./panels/legend-panel.ts";
export { PRINT_WIDTHS, type PrintWidth } from "./panels/print.ts";
export { panelBlocks, panelLetter, type Panel, type PanelPlace, type Panels } from "./panels/panels.ts";
export {
  htmlReport,
  type HtmlReportData,
  type ReportBlock,
  type ReportNote,
  type ReportSection,
} from "./reports/html-report.ts";
export { markdownReport } from "./reports/markdown-report.ts";
export { viridis } from "./surfaces/viridis.ts";
export { colorBar, heatMap } from "./surfaces/heat-map.ts";
export type { LabelledSurface, SurfaceAxis } from "./surfaces/labelled-surface.ts";
export {
  projectSurface,
  type ProjectedSurface,
  type Projection,
  type SurfaceGrid,
  type SurfacePolygon,
  type SurfaceView,
} from "./surfaces/project-surface.ts";
export { heightRange, surfacePlot } from "./surfaces/surface-plot.ts";
export { picture, placed, textAt, type Picture, type TextLook } from "./svg/picture.ts";
export { formatTable, type FormatTableOptions } from "./tables/format-table.ts";
export type { RichCell, TableCell, TableColumn, TableData, Tone } from "./tables/table-data.ts";
export { table } from "./tables/table.ts";
export { escapeHtml } from "./text/escape-html.ts";
export { wrapText } from "./text/text-width.ts";
export { tickLabel } from "./text/ticks.ts";

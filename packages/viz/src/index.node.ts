export * from "./index.ts";
export { svgToPdf } from "./svg/svg-to-pdf.node.ts";
export { svgToPng, type SvgToPngOptions } from "./svg/svg-to-png.node.ts";

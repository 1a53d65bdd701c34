export * from "./index.ts";
export { svgToPng, type SvgToPngOptions } from "./svg/svg-to-png.node.ts";

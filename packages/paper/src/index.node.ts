export * from "./index.ts";
export { figureOfSweep, type FigureOfSweepOptions } from "./from-sweep/figure-of-sweep.ts";
export { fromRun } from "./making/from-run.node.ts";
export { makeFigures, recipeOf, type MadeFigure, type MakeFiguresOptions } from "./making/make-figures.node.ts";
export { readResults, writeResults, type ResultPaths } from "./making/write-results.node.ts";
export { readFigure, writeFigure, type FigurePaths, type WriteFigureOptions } from "./making/write-figure.node.ts";

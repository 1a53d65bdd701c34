export { evaluateIntoFolder } from "./evaluate-run.node.ts";
export { loadRunModel } from "./load-run-model.node.ts";
export { openDataset, type OpenDatasetOptions } from "./open-dataset.node.ts";
export { quickstart, type QuickstartOptions } from "./quickstart.node.ts";
export { probeEngines, startEngine, type EngineOptions } from "./start-engine.node.ts";
export { trainRun, type TrainedRun, type TrainRunOptions } from "./train-run.node.ts";
export { versions } from "./versions.node.ts";

export * from "./index.ts";
export { loadDataset, type LoadDatasetOptions } from "./load-dataset.browser.ts";

export * from "./index.ts";
export { DATASETS, loadDataset } from "./load-dataset.browser.ts";

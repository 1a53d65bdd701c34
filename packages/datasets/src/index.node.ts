export { readCifar10 } from "./cifar10.node.ts";
export { DATASETS, loadDataset, type DatasetEntry, type LoadDatasetOptions } from "./load-dataset.node.ts";
export { readMnist } from "./mnist.node.ts";

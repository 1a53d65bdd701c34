export * from "./index.ts";
export { dataFolder } from "./data-folder.node.ts";
export { decodeImage, type DecodedImage } from "./decode-image.node.ts";
export { downloadDataset, downloadSource, type DownloadOptions } from "./download.node.ts";
export { readImageFolder, type ImageFolderOptions } from "./image-folder.node.ts";
export { DATASETS, loadDataset, type DatasetEntry, type LoadDatasetOptions } from "./load-dataset.node.ts";
export { locateDataset } from "./locate.node.ts";
export { readCifar10, readCifar100, readFashionMnist, readMnist, readSvhn } from "./read-files.node.ts";
export { verifyDataset, verifySource, type VerifiedFile, type VerifyOptions } from "./verify.node.ts";

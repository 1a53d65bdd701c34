export * from "./index.ts";
export { dataFolder } from "./files/data-folder.node.ts";
export { decodeImage, type DecodedImage } from "./images/decode-image.node.ts";
export { downloadDataset, downloadSource, type DownloadOptions } from "./files/download.node.ts";
export { readImageFolder, type ImageFolderOptions } from "./images/image-folder.node.ts";
export { DATASETS, loadDataset } from "./load-dataset.node.ts";
export { locateDataset } from "./files/locate.node.ts";
export { readCifar10, readCifar100, readFashionMnist, readMnist, readSvhn } from "./files/read-files.node.ts";
export { verifyDataset, verifySource, type VerifiedFile, type VerifyOptions } from "./files/verify.node.ts";

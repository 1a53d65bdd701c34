// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";
import { cifar10Resnet18W16Kwta006Incremental } from "./cifar10-resnet18-w16-kwta-0.06-incremental.ts";
import { cifar10Resnet18W16Kwta01 } from "./cifar10-resnet18-w16-kwta-0.1.ts";
import { cifar10Resnet18W16Kwta01Fast } from "./cifar10-resnet18-w16-kwta-0.1-fast.ts";
import { cifar10Resnet18W16Kwta02 } from "./cifar10-resnet18-w16-kwta-0.2.ts";
import { cifar10Resnet18W16Relu } from "./cifar10-resnet18-w16-relu.ts";
import { cifar10Resnet18W16ReluFast } from "./cifar10-resnet18-w16-relu-fast.ts";
import { cifar10Resnet18W32Kwta01 } from "./cifar10-resnet18-w32-kwta-0.1.ts";
import { cifar10Resnet18W32Relu } from "./cifar10-resnet18-w32-relu.ts";
import { mnistMnistCnnW16H256Kwta01 } from "./mnist-mnist-cnn-w16-h256-kwta-0.1.ts";
import { mnistMnistCnnW16H256Relu } from "./mnist-mnist-cnn-w16-h256-relu.ts";

export const NETS: readonly PretrainedNet[] = [
  cifar10Resnet18W16Kwta006Incremental,
  cifar10Resnet18W16Kwta01,
  cifar10Resnet18W16Kwta01Fast,
  cifar10Resnet18W16Kwta02,
  cifar10Resnet18W16Relu,
  cifar10Resnet18W16ReluFast,
  cifar10Resnet18W32Kwta01,
  cifar10Resnet18W32Relu,
  mnistMnistCnnW16H256Kwta01,
  mnistMnistCnnW16H256Relu,
];

// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";
import { cifar10Resnet18W16Relu } from "./cifar10-resnet18-w16-relu.ts";

export const NETS: readonly PretrainedNet[] = [cifar10Resnet18W16Relu];

import { imageOperations } from "./images.ts";
import { numberOperations } from "./numbers.ts";
import type { Operation } from "./operation.ts";
import { productOperations } from "./products.ts";
import { windowOperations } from "./windows.ts";

export { checkOperation, type Finding } from "./check.ts";

/** What layers of TensorFlow.js compute with. */
export const OPERATIONS: readonly Operation[] = [
  ...windowOperations,
  ...imageOperations,
  ...numberOperations,
  ...productOperations,
];

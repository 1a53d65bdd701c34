import type { BackendSetup } from "@kwta/backend";
import { findSetup } from "./find-setup.node.ts";
import { SETUP_SCHEMA } from "./setup-schema.ts";
import { removeTensorflow, setupTensorflow } from "./setup-tensorflow.node.ts";

/** Fetches TensorFlow, compiles, verifies. */
export const tensorflowSetup: BackendSetup = {
  description: "TensorFlow itself, the fastest where there is no GPU: fetch it, compile, verify.",
  schema: SETUP_SCHEMA,
  run: setupTensorflow,
  remove: removeTensorflow,
  find: findSetup,
};

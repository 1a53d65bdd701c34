export { KWTA_NATIVE_API } from "./setup/native-api.node.ts";
export { tensorflowFolder } from "./setup/tensorflow-folder.node.ts";
export { tensorflow, TENSORFLOW_SCHEMA, type TensorflowParams } from "./tensorflow.node.ts";

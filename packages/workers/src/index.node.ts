export * from "./index.ts";
export { parentPort, startProcess, type StartProcessOptions } from "./process-port.node.ts";

export * from "./door/index.ts";
export { start } from "./start.node.ts";

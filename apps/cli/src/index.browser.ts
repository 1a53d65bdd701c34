export * from "./door/index.ts";
export { start } from "./start.browser.ts";

export { startEngine, type EngineOptions } from "./start-engine.browser.ts";

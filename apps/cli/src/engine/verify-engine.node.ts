// A program: starts the tensorflow engine as kwta does, and prints what `setupTensorflow` wants to know.
import { printVerdict } from "@kwta/backends/node";
import { startEngine } from "./start-engine.node.ts";

await printVerdict(startEngine);

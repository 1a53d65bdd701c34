// A program: starts the backend that its argument names as kwta does, and prints what its setup wants to know.
import { verdictOf } from "@kwta/backend";
import { start } from "./start.node.ts";

try {
  console.log(JSON.stringify(await verdictOf(() => start({ backend: process.argv[2] }))));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

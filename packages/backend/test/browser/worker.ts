import { runHere } from "./run-here.ts";
import type { RunOptions } from "./run-here.ts";

addEventListener("message", ({ data }) => {
  void runHere(data as RunOptions).then((outcome) => postMessage(outcome));
});

import { Worker } from "node:worker_threads";
import type { Thread } from "../host/threads.ts";

/** Starts a worker of Node, which does not keep the process alive. */
export function startNodeThread(code: string): Thread {
  const prelude = `const port = require("node:worker_threads").parentPort;
    const listen = (onMessage) => port.on("message", onMessage);`;
  // With no flags of this process: --input-type=module would make a module of the code.
  const worker = new Worker(prelude + code, { eval: true, execArgv: [] });
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    postMessage: (message) => worker.postMessage(message),
    listen(onMessage, onError) {
      worker.on("message", onMessage);
      worker.on("error", onError);
      worker.on("exit", () => onError(new Error("one of them ended")));
      // After the listeners: to listen for messages counts as a reason to stay alive.
      worker.unref();
    },
    terminate: () => void worker.terminate(),
  };
}

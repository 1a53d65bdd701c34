import type { Thread } from "../host/threads.ts";

/** Starts a worker of a browser. It starts from a blob, so that there is no file to serve. */
export function startWebThread(code: string): Thread {
  const prelude = `const port = self;
    const listen = (onMessage) => { self.onmessage = ({ data }) => onMessage(data); };`;
  const url = URL.createObjectURL(new Blob([prelude, code], { type: "text/javascript" }));
  const worker = new Worker(url, { name: "@kwta/backend-wasm" });
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    postMessage: (message) => worker.postMessage(message),
    listen(onMessage, onError) {
      worker.addEventListener("message", () => {
        URL.revokeObjectURL(url);
        onMessage();
      });
      worker.addEventListener("error", (event) => {
        // It is reported by the error of whoever waits for the thread.
        event.preventDefault();
        URL.revokeObjectURL(url);
        onError(new Error(event.message || "a worker could not be started from a blob"));
      });
    },
    terminate() {
      URL.revokeObjectURL(url);
      worker.terminate();
    },
  };
}

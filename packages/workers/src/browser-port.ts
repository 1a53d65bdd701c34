import type { Port } from "./port.ts";

/** What both sides of a worker have. */
interface Messages {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/** The way to a worker of a browser, from whoever made it. */
export function workerPort(worker: Worker): Port {
  return {
    ...messages(worker),
    onEnd(listener) {
      const fail = (event: Partial<ErrorEvent>): void => {
        event.preventDefault?.();
        listener(event.message || "it could not be loaded");
      };
      worker.addEventListener("error", fail);
      worker.addEventListener("messageerror", () => listener("a message could not be read"));
    },
    end: async () => worker.terminate(),
  };
}

/** The way out of the worker that this code runs in. */
export function ownPort(): Port {
  const own = globalThis as unknown as Messages & { close(): void };
  return { ...messages(own), onEnd: () => {}, end: async () => own.close() };
}

function messages(side: Messages): Pick<Port, "post" | "onMessage"> {
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
    post: (message) => side.postMessage(message),
    onMessage: (listener) => side.addEventListener("message", ({ data }) => listener(data)),
  };
}

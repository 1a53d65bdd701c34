import { AbortedError } from "@kwta/core";
import type { CallMap, CallName, FromWorker, ToWorker } from "./calls.ts";
import { toCallError } from "./errors.ts";
import type { Port } from "./port.ts";

/** What a worker does for each call. */
export type Handlers<C extends CallMap> = {
  readonly [N in CallName<C>]: (
    args: C[N]["args"],
    signal: AbortSignal,
    emit: (event: C[N]["event"]) => void,
  ) => Promise<C[N]["result"]>;
};

/**
 * Answers calls, as long as the other side is there. Several may be under way at once.
 *
 * @example
 * ```ts
 * serveCalls<{ add: { args: number[]; result: number; event: never } }>(ownPort(), {
 *   add: async (numbers) => numbers.reduce((sum, each) => sum + each, 0),
 * });
 * ```
 */
export function serveCalls<C extends CallMap>(port: Port, handlers: Handlers<C>): void {
  const running = new Map<number, AbortController>();
  const send = (message: FromWorker): void => port.post(message);
  const answer = async ({ id, name, args }: Extract<ToWorker, { kind: "call" }>): Promise<void> => {
    const control = new AbortController();
    running.set(id, control);
    try {
      const handler = handlers[name as CallName<C>];
      const result = await handler(args, control.signal, (event) => send({ kind: "event", id, event }));
      if (control.signal.aborted) throw new AbortedError();
      send({ kind: "result", id, result });
    } catch (error) {
      send({ kind: "error", id, error: toCallError(error) });
    } finally {
      running.delete(id);
    }
  };
  port.onEnd(() => {
    for (const control of running.values()) control.abort();
  });
  port.onMessage((message) => {
    const asked = message as ToWorker;
    if (asked.kind === "abort") running.get(asked.id)?.abort();
    else void answer(asked);
  });
}

import { AbortedError } from "@kwta/core";
import type { CallMap, CallName, FromWorker, ToWorker } from "./calls.ts";
import { fromCallError, WorkerEndedError } from "./errors.ts";
import type { Port } from "./port.ts";

/** How one call is stopped and followed. */
export interface CallOptions<Event> {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: Event) => void) | undefined;
}

/** @see {@link openCalls} */
export interface OpenCallsOptions {
  /**
   * When an aborted call is rejected: as soon as the worker has stopped, so that it is free again, or at once, whatever it is
   * doing: for whoever shows something else meanwhile.
   *
   * @defaultValue "when-stopped"
   */
  readonly rejectAborted?: "when-stopped" | "at-once";
}

/** A worker, as whoever asks it sees it. */
export interface Caller<C extends CallMap> {
  /**
   * Asks for something. When the signal is aborted, the worker is told to stop, and the promise is rejected
   * ({@link OpenCallsOptions.rejectAborted}).
   *
   * @throws InputError for what cannot be used, AbortedError when stopped, WorkerEndedError when the worker is gone
   */
  call<N extends CallName<C>>(
    name: N,
    args: C[N]["args"],
    options?: CallOptions<C[N]["event"]>,
  ): Promise<C[N]["result"]>;
  /** Ends the worker, whatever it is doing; calls under way are rejected. */
  end(): Promise<void>;
}

interface Pending {
  readonly onEvent: ((event: unknown) => void) | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Asks the worker at the other end of a port that serves these calls by {@link serveCalls}. */
export function openCalls<C extends CallMap>(
  port: Port,
  { rejectAborted = "when-stopped" }: OpenCallsOptions = {},
): Caller<C> {
  const pending = new Map<number, Pending>();
  let next = 0;
  let gone: WorkerEndedError | undefined;
  const send = (message: ToWorker): void => port.post(message);
  const lose = (reason: string): void => {
    gone ??= new WorkerEndedError(reason);
    for (const { reject } of pending.values()) reject(gone);
    pending.clear();
  };
  port.onEnd(lose);
  port.onMessage((data) => {
    const message = data as FromWorker;
    const call = pending.get(message.id);
    if (call === undefined) return;
    if (message.kind === "event") return call.onEvent?.(message.event);
    pending.delete(message.id);
    if (message.kind === "error") call.reject(fromCallError(message.error));
    else call.resolve(message.result);
  });
  const ask = (name: string, args: unknown, { signal, onEvent }: CallOptions<never>): Promise<unknown> => {
    if (gone !== undefined) return Promise.reject(gone);
    if (signal?.aborted === true) return Promise.reject(new AbortedError());
    const id = next++;
    const stop = (): void => {
      send({ kind: "abort", id });
      if (rejectAborted === "when-stopped") return;
      pending.get(id)?.reject(new AbortedError());
      pending.delete(id);
    };
    signal?.addEventListener("abort", stop, { once: true });
    const answer = new Promise((resolve, reject) => {
      pending.set(id, { onEvent: onEvent as Pending["onEvent"], resolve, reject });
      send({ kind: "call", id, name, args });
    });
    return answer.finally(() => signal?.removeEventListener("abort", stop));
  };
  return {
    call: (name, args, options = {}) => ask(name, args, options as CallOptions<never>) as Promise<never>,
    async end() {
      lose("it was told to");
      await port.end();
    },
  };
}

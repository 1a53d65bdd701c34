import { AbortedError, InputError } from "@kwta/core";
import type { PageBackend, BackendRequest } from "./compute/start-backend.ts";
import type { CallName, Calls, FromWorker, ToWorker } from "./compute/protocol.ts";

/** How one call is stopped and followed. */
interface CallOptions<N extends CallName> {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: Calls[N]["event"]) => void) | undefined;
}

/** The worker that computes, as the page sees it. */
export interface Computer {
  /**
   * Asks for something. When the signal is aborted the promise is rejected at once, whatever the worker is doing.
   *
   * @throws InputError for what cannot be used, AbortedError when stopped
   */
  call<N extends Exclude<CallName, "backend">>(
    name: N,
    args: Calls[N]["args"],
    options?: CallOptions<N>,
  ): Promise<Calls[N]["result"]>;
  /** Starts anew with another backend; what is under way is asked again. */
  choose(backend: string): void;
}

/** What the page is told. */
export interface ComputerEvents {
  /** A backend is being started. */
  onStart(): void;
  /** Which ones can be asked for. */
  onBackends(names: readonly string[]): void;
  onBackend(report: PageBackend): void;
  /** The one that was asked for by name cannot be used; the best one is started instead. */
  onRefused(reason: string): void;
  /** None could be. */
  onFailure(reason: string): void;
  /** How many tensors the backend holds after a call. */
  onTensors(count: number): void;
}

interface Pending {
  readonly name: CallName;
  readonly args: unknown;
  readonly onEvent: ((event: never) => void) | undefined;
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts the worker. When its backend fails, it is ended, and another one goes on with the next backend: each call says all
 * that it depends on, so it can be asked again.
 */
export function openComputer(backend: string, events: ComputerEvents): Computer {
  const pending = new Map<number, Pending>();
  /** Nets of the reader's own; a new worker needs them again. */
  const ownNets = new Map<string, unknown>();
  let next = 0;
  let request: BackendRequest = { backend, broken: [] };
  let current: string | undefined;
  let worker: Worker | undefined;
  let hopeless: Error | undefined;

  function start(): void {
    worker?.terminate();
    worker = undefined;
    current = undefined;
    hopeless = undefined;
    events.onStart();
    if (typeof Worker === "undefined")
      return giveUp("This browser has no workers, or they are switched off. Use a newer one.");
    const mine = new Worker(new URL("compute/worker.ts", import.meta.url), { type: "module", name: "kwta" });
    worker = mine;
    mine.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      if (mine === worker) receive(data);
    });
    mine.addEventListener("error", (event) => {
      event.preventDefault();
      if (mine === worker) fallBack(event.message || "its worker could not be loaded");
    });
    ask("backend", request, {
      resolve(report: PageBackend) {
        current = report.name;
        events.onBackend(report);
      },
      reject(error) {
        if (request.backend === "auto") return giveUp(error.message);
        events.onRefused(error.message);
        request = { backend: "auto", broken: [] };
        start();
      },
    });
    for (const args of ownNets.values()) post({ kind: "call", id: next++, name: "loadNet", args });
    // Those that were under way when the former worker ended.
    for (const [id, { name, args }] of pending) if (name !== "backend") post({ kind: "call", id, name, args });
  }

  function giveUp(reason: string): void {
    hopeless = new InputError(reason);
    events.onFailure(reason);
    for (const { reject } of pending.values()) reject(hopeless);
    pending.clear();
  }

  function fallBack(reason: string): void {
    if (current === undefined)
      return giveUp(`The computing part of this page could not be started: ${reason}. Reload the page.`);
    request = { ...request, broken: [...request.broken, { name: current, reason }] };
    start();
  }

  function receive(message: FromWorker): void {
    if (message.kind === "backends") return events.onBackends(message.names);
    if (message.kind === "lost") return fallBack(message.reason);
    const call = pending.get(message.id);
    if (message.kind === "error" && message.error.kind === "backend" && current !== undefined) {
      const { message: reason } = message.error;
      // What fails in the same words on two backends is not the backends' fault.
      if (request.broken.at(-1)?.reason !== reason) return fallBack(reason);
    }
    if (!call) return;
    if (message.kind === "event") return call.onEvent?.(message.event as never);
    pending.delete(message.id);
    if (message.kind === "error") return call.reject(errorOf(message.error));
    if (call.name === "loadNet") ownNets.set((call.args as Calls["loadNet"]["args"]).net, call.args);
    if (call.name === "shipNet") ownNets.delete((call.args as Calls["shipNet"]["args"]).net);
    events.onTensors(message.tensors);
    call.resolve(message.result as never);
  }

  function ask(
    name: CallName,
    args: unknown,
    call: Omit<Pending, "name" | "args" | "onEvent"> & Partial<Pending>,
  ): number {
    const id = next++;
    pending.set(id, { onEvent: undefined, ...call, name, args });
    post({ kind: "call", id, name, args });
    return id;
  }

  function post(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
    worker?.postMessage(message);
  }

  start();
  return {
    choose(chosen) {
      for (const [id, { name }] of pending) if (name === "backend") pending.delete(id);
      request = { backend: chosen, broken: [] };
      start();
    },
    call: (name, args, { signal, onEvent } = {}) =>
      new Promise((resolve, reject) => {
        if (hopeless) return reject(hopeless);
        if (signal?.aborted) return reject(new AbortedError());
        const id = ask(name, args, { resolve, reject, onEvent: onEvent as Pending["onEvent"] });
        signal?.addEventListener("abort", () => {
          if (!pending.delete(id)) return;
          post({ kind: "abort", id });
          reject(new AbortedError());
        });
      }),
  };
}

function errorOf({ kind, message }: { readonly kind: string; readonly message: string }): Error {
  return kind === "stopped"
    ? new AbortedError(message)
    : kind === "input"
      ? new InputError(message)
      : new Error(message);
}

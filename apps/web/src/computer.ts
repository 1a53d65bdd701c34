import { InputError } from "@kwta/core";
import { openCalls, WorkerEndedError, workerPort, type Caller, type CallName, type CallOptions } from "@kwta/workers";
import type { Calls, Computations } from "./compute/protocol.ts";
import type { PageBackend, BackendRequest } from "./compute/start-backend.ts";

/** The worker that computes, as the page sees it. */
export interface Computer {
  /**
   * Asks for something. When the signal is aborted the promise is rejected at once, whatever the worker is doing.
   *
   * @throws InputError for what cannot be used, AbortedError when stopped
   */
  call<N extends CallName<Computations>>(
    name: N,
    args: Computations[N]["args"],
    options?: CallOptions<Computations[N]["event"]>,
  ): Promise<Computations[N]["result"]>;
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

/**
 * Starts the worker. When its backend fails, it is ended, and another one goes on with the next backend: each call says all
 * that it depends on, so it can be asked again.
 */
export function openComputer(backend: string, events: ComputerEvents): Computer {
  /** Nets of the reader's own; a new worker needs them again. */
  const ownNets = new Map<string, Computations["loadNet"]["args"]>();
  let request: BackendRequest = { backend, broken: [] };
  let current: string | undefined;
  let worker: Caller<Calls> | undefined;
  let hopeless: Error | undefined;

  function start(): void {
    const former = worker;
    current = undefined;
    hopeless = undefined;
    events.onStart();
    if (typeof Worker === "undefined")
      return giveUp("This browser has no workers, or they are switched off. Use a newer one.");
    const port = workerPort(
      new Worker(new URL("compute/worker.ts", import.meta.url), { type: "module", name: "kwta" }),
    );
    // Before the calls hear of it, so that they find the next worker.
    port.onEnd((reason) => mine === worker && fallBack(reason));
    const mine: Caller<Calls> = openCalls<Calls>(port, { rejectAborted: "at-once" });
    worker = mine;
    /** What a worker says that was replaced meanwhile does not count. */
    const heed = <T>(answer: Promise<T>, then: (result: T) => void, otherwise?: (error: Error) => void): void => {
      answer.then(
        (result) => mine === worker && then(result),
        (error: Error) => mine === worker && otherwise?.(error),
      );
    };
    heed(mine.call("backends", undefined), events.onBackends);
    heed(mine.call("lost", undefined), fallBack);
    heed(mine.call("backend", request), onBackend, onNoBackend);
    for (const net of ownNets.values()) heed(mine.call("loadNet", net), () => {});
    // What was under way is then asked again.
    void former?.end();
  }

  function onBackend(report: PageBackend): void {
    current = report.name;
    events.onBackend(report);
  }

  function onNoBackend({ message }: Error): void {
    if (request.backend === "auto") return giveUp(message);
    events.onRefused(message);
    request = { backend: "auto", broken: [] };
    start();
  }

  function giveUp(reason: string): void {
    hopeless = new InputError(reason);
    events.onFailure(reason);
    void worker?.end();
  }

  function fallBack(reason: string): void {
    if (current === undefined)
      return giveUp(`The computing part of this page could not be started: ${reason}. Reload the page.`);
    request = { ...request, broken: [...request.broken, { name: current, reason }] };
    start();
  }

  /** Whether another worker is asked again. */
  function isAskedAgain(error: Error, asked: Caller<Calls>): boolean {
    if (hopeless) return false;
    if (asked !== worker) return error instanceof WorkerEndedError;
    if (!isFault(error) || current === undefined) return false;
    // What fails in the same words on two backends is not the backends' fault.
    if (request.broken.at(-1)?.reason === error.message) return false;
    fallBack(error.message);
    return true;
  }

  start();
  return {
    choose(chosen) {
      request = { backend: chosen, broken: [] };
      start();
    },
    async call(name, args, options) {
      for (;;) {
        if (hopeless || worker === undefined) throw hopeless;
        const asked: Caller<Calls> = worker;
        try {
          const result = await asked.call(name, args, options);
          if (name === "loadNet") ownNets.set((args as Computations["loadNet"]["args"]).net, args as never);
          if (name === "shipNet") ownNets.delete((args as Computations["shipNet"]["args"]).net);
          void asked.call("tensors", undefined).then(events.onTensors, () => {});
          return result;
        } catch (error) {
          if (!isAskedAgain(error as Error, asked)) throw hopeless ?? error;
        }
      }
    },
  };
}

/** Neither stopped on request nor about what was given: the backend is taken to be at fault. */
function isFault({ name }: Error): boolean {
  return name !== "AbortError" && name !== "InputError";
}

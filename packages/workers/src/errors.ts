import { AbortedError, InputError } from "@kwta/core";
import type { CallError } from "./calls.ts";

/** The worker has ended, and with it what it was doing. */
export class WorkerEndedError extends Error {
  constructor(reason: string) {
    super(`A worker has ended: ${reason}.`);
    this.name = "WorkerEndedError";
  }
}

/** An error as it is sent. By name, since errors of the same kind may come from two copies of a package. */
export function toCallError(error: unknown): CallError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  if (name === "AbortError") return { kind: "stopped", message };
  return { kind: name === "InputError" ? "input" : "fault", message, stack };
}

/** The inverse of {@link toCallError}. */
export function fromCallError({ kind, message, stack }: CallError): Error {
  if (kind === "stopped") return new AbortedError(message);
  const error = kind === "input" ? new InputError(message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

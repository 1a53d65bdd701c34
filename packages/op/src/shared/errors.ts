/**
 * An error about something that the caller gave. It carries the name of `@kwta/core`'s `InputError`, so that programs
 * can tell bad input from a defect although this package depends on no other.
 */
export function inputError(message: string): Error {
  const error = new Error(message);
  error.name = "InputError";
  return error;
}

/** An error that says that an `AbortSignal` stopped the work, with the name that such errors have everywhere. */
export function abortError(): Error {
  const error = new Error("Stopped on request.");
  error.name = "AbortError";
  return error;
}

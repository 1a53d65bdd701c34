/**
 * An error about something that the caller gave. It carries the name of `@kwta/core`'s `InputError`, so that programs
 * can tell bad input from a defect although this package depends on no other.
 */
export function inputError(message: string): Error {
  const error = new Error(message);
  error.name = "InputError";
  return error;
}

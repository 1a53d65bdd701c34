import { InputError, show } from "@kwta/core";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Imports a module of JavaScript, or of TypeScript where this Node runs that.
 *
 * @param what it is, for people: `"protocol"`
 * @throws InputError when it cannot be loaded
 */
export async function importFile(file: string, what: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw notLoaded(file, what, error);
  }
}

/** Why a module could not be loaded. */
export function notLoaded(file: string, what: string, error: unknown): InputError {
  const { message, code } = error as Error & { readonly code?: string };
  if (code === "ERR_UNKNOWN_FILE_EXTENSION" && /\.m?ts$/.test(file)) {
    return new InputError(
      `The ${what} ${show(file)} is TypeScript, which Node ${process.versions.node} does not run. ` +
        "Use Node 22.18 or newer, or write it as .js.",
    );
  }
  const reason = message.split("\n")[0];
  return new InputError(`The ${what} ${show(file)} cannot be loaded: ${reason}. Correct the file, or name another.`);
}

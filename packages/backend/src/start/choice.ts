import { InputError, lookUp, show } from "@kwta/core";
import type { StartOptions } from "./backend-starter.ts";

/** A backend and how to start it, see {@link parseBackend}. */
export interface BackendSpec {
  /** A name in the ladder, or `"auto"`. */
  readonly name: string;
  readonly options: StartOptions;
}

/**
 * Reads what `--backend` and `KWTA_BACKEND` are given: a name, and after a colon options with commas between them, such as
 * `"wasm"` or `"wasm:threads=1,relaxed-simd=false,shared-memory=true,winograd=false"`. Which names there are is for the
 * ladder to say.
 *
 * @throws InputError for unknown options, those that are given twice, and values that cannot be used
 */
export function parseBackend(spec: string): BackendSpec {
  const [name, list] = splitAt(spec, ":");
  const options: Record<string, unknown> = {};
  for (const part of list === undefined ? [] : list.split(",")) {
    const [key, value] = splitAt(part, "=");
    if (!value) throw new InputError(`The backend ${show(spec)} has ${show(part)} for an option; ${EXAMPLE}`);
    const { name: option, read } = lookUp("backend option", key, OPTIONS);
    if (option in options) throw new InputError(`The backend ${show(spec)} has ${key} twice; give it once.`);
    options[option] = read(`${key} of the backend ${show(spec)}`, value);
  }
  return { name, options };
}

/** The text that {@link parseBackend} reads as this. Options that are undefined are left out. */
export function formatBackend({ name, options }: BackendSpec): string {
  const parts = Object.entries(OPTIONS).flatMap(([key, option]) => {
    const value = options[option.name];
    return value === undefined ? [] : [`${key}=${String(value)}`];
  });
  return parts.length > 0 ? `${name}:${parts.join(",")}` : name;
}

/**
 * Checks a number of threads.
 *
 * @param what names it in the error
 * @throws InputError when it is not a whole number of at least 1
 */
export function checkThreads(what: string, threads: number, given: unknown = threads): number {
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw new InputError(`${what} is ${show(given)}; it must be a whole number of at least 1.`);
}

interface Option {
  readonly name: keyof StartOptions;
  read(what: string, value: string): number | boolean;
}

/** By their names in a spec. */
const OPTIONS: Readonly<Record<string, Option>> = {
  threads: { name: "threads", read: (what, value) => checkThreads(what, Number(value), value) },
  "relaxed-simd": { name: "relaxedSimd", read: readSwitch },
  "shared-memory": { name: "sharedMemory", read: readSwitch },
  winograd: { name: "winograd", read: readSwitch },
  native: { name: "native", read: readSwitch },
};

const EXAMPLE = 'write it as in "wasm:threads=1,winograd=false".';

function readSwitch(what: string, value: string): boolean {
  if (value === "true" || value === "false") return value === "true";
  throw new InputError(`${what} is ${show(value)}; it must be true or false.`);
}

/** What is before and after the first mark, without spaces around. */
function splitAt(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text.trim(), undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

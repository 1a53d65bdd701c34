import type { Draws } from "./draws.mjs";

/** A reader of files, and a grammar of files for it. */
export interface Kind {
  readonly name: string;
  /** Done once, before any file is made. */
  prepare?(): Promise<void>;
  make(draws: Draws): Uint8Array;
  /** Reads a file; an `InputError` is an answer too. */
  read(bytes: Uint8Array<ArrayBuffer>): unknown;
}

/** What reading one file took. */
export interface Verdict {
  readonly index: number;
  /** Of the file. */
  readonly bytes: number;
  /** Processor time. */
  readonly seconds: number;
  /** By how much the memory of the process grew at its highest; undefined where the system does not tell. */
  readonly memory: number | undefined;
  /** What is wrong: an error that is no `InputError`, or a message that is no sentence. */
  readonly fault?: string;
  readonly refused: boolean;
}

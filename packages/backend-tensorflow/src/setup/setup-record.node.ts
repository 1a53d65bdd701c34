import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { machineKey } from "./machine.node.ts";

/** What `kwta setup tensorflow` leaves when all has been built and checked. Paths are absolute. */
export interface SetupRecord {
  /** Of this file; another one cannot be read. */
  readonly format: number;
  readonly tensorflow: Libtensorflow;
  readonly tfjsNode: { readonly version: string; readonly folder: string };
  readonly addons: Addons;
  /** SHA-256 of each C++ file of ours, in hexadecimal. */
  readonly sources: readonly string[];
}

/** Where TensorFlow's libraries are. */
export interface Libtensorflow {
  readonly version: string;
  /** Holds `libtensorflow_cc` and `libtensorflow_framework`. */
  readonly folder: string;
  /** Holds `tensorflow/c/c_api.h`. */
  readonly include: string;
  /** Whether it was built for CUDA. */
  readonly gpu: boolean;
  /** Whether the files are ours: not so when they were here before. */
  readonly own: boolean;
}

/** The compiled addons, in the order in which they are loaded. */
export interface Addons {
  readonly start: string;
  readonly binding: string;
  readonly native: string;
}

export const FORMAT = 1;

const PREFIX = "backend-";

/** Where the record of a machine lies in the backend's folder. */
export function recordPath(folder: string, machine: string = machineKey()): string {
  return join(folder, `${PREFIX}${machine}.json`);
}

/** The record of this machine; undefined where there is none that can be read. */
export function readRecord(folder: string): SetupRecord | undefined {
  return read(recordPath(folder));
}

/** Those of all machines that share the folder. */
export function readRecords(folder: string): SetupRecord[] {
  return recordNames(folder).flatMap((name) => read(join(folder, name)) ?? []);
}

export function recordNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith(PREFIX) && name.endsWith(".json"));
  } catch {
    return [];
  }
}

function read(path: string): SetupRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, "utf8")) as SetupRecord;
    return record.format === FORMAT ? record : undefined;
  } catch {
    return undefined;
  }
}

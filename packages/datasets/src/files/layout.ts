import type { LongWork } from "@kwta/core";
import type { Dataset } from "../dataset.ts";

/** A file of a data set, wherever it lies. */
export interface DataFile {
  /** Named in errors. */
  readonly source: string;
  /** Unpacked where it was gzipped. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** A file that a data set is made of. */
export interface WantedFile {
  /** The names that it may have, the usual one first. */
  readonly names: readonly string[];
  /** Bytes that it has at most, unpacked; nothing larger is read. */
  readonly most: number;
  readonly optional?: true;
}

/** One way in which the files of a data set are laid out, and how they become a data set. */
export interface Layout {
  /** The name in settings: `"cifar10"`. */
  readonly name: string;
  /** The data set, for people: `"CIFAR-10"`. */
  readonly title: string;
  /** Folders inside the data folder that are looked into as well. */
  readonly folders: readonly string[];
  readonly files: readonly WantedFile[];
  /** Said when nothing is found. */
  readonly advice: string;
  /** Takes one file for each of `files`; an optional one may be missing. */
  build(files: readonly (DataFile | undefined)[], work: LongWork): Promise<Omit<Dataset, "source">>;
}

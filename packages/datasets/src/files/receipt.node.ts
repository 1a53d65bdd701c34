import { readJson } from "@kwta/core";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SourceFile } from "./sources.ts";

/** The name of the file that says what was taken out of a checked archive. */
export const RECEIPT = "kwta-unpacked.json";

/** What is in it. */
export interface Receipt {
  /** The archive that the files were taken out of, and its digest. */
  readonly archive: string;
  readonly sha256: string;
  /** The files by name, as they were then. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** The receipt in a folder; undefined where there is none, or it is of another archive. */
export async function readReceipt(folder: string, file: SourceFile): Promise<Receipt | undefined> {
  const path = join(folder, RECEIPT);
  if (!existsSync(path)) return undefined;
  const receipt = (await readJson(path)) as Partial<Receipt> | null;
  return receipt?.sha256 === file.sha256 && receipt.files ? (receipt as Receipt) : undefined;
}

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

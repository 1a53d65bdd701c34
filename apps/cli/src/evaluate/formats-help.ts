import type { ReportFormat } from "@kwta/report";
import { wrappedEntry } from "../wrap.ts";

/** The formats of reports, for help texts. */
export function formatsHelp(formats: readonly ReportFormat[]): string {
  const lines = formats.map(({ id, file, summary }) => wrappedEntry(id, `${file}: ${summary}`, 24));
  return ["FORMATS  --format NAME,NAME", "", ...lines, ""].join("\n");
}

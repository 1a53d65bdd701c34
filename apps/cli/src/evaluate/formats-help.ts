import type { ReportFormat } from "@kwta/report";

/** The formats of reports, for help texts. */
export function formatsHelp(formats: readonly ReportFormat[]): string {
  const lines = formats.map(({ id, file, summary }) => `  ${id.padEnd(20)}  ${file}: ${summary}`);
  return ["FORMATS  --format NAME,NAME", "", ...lines, ""].join("\n");
}

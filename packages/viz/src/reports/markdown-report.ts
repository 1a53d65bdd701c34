import { formatTable } from "../tables/format-table.ts";
import type { HtmlReportData, ReportBlock, ReportSection } from "./html-report.ts";

/**
 * A report as Markdown, without its pictures: what a terminal, a pull request or a mail can show. Texts may hold Markdown of
 * their own; in tables it is escaped.
 *
 * @returns the text of the file
 */
export function markdownReport({ title, summary, sections, generatedFrom, footer }: HtmlReportData): string {
  const settings = Object.entries(generatedFrom).filter(([, value]) => value !== undefined);
  const parts = [
    `# ${title}`,
    summary,
    ...sections.flatMap(section),
    ...(settings.length === 0
      ? []
      : ["## Settings", settings.map(([name, value]) => `- ${name}: ${code(value)}`).join("\n")]),
    ...(footer === undefined ? [] : [footer]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function section({ heading, intro, blocks }: ReportSection): string[] {
  const inside = blocks.flatMap(block);
  // A section of pictures has nothing to say here.
  if (inside.length === 0) return [];
  return [`## ${heading}`, ...(intro === undefined ? [] : [intro]), ...inside];
}

function block(content: ReportBlock): string[] {
  if ("text" in content) return [content.text.trim()];
  if ("notes" in content) {
    return [content.notes.map(({ mark, text }) => `- ${mark === undefined ? "" : `**${mark}** `}${text}`).join("\n")];
  }
  if ("folded" in content)
    return ["<details>", `<summary>${content.folded}</summary>`, ...content.blocks.flatMap(block), "</details>"];
  if (!("table" in content)) return [];
  const table = formatTable(content.table, { format: "markdown" });
  return [table, ...(content.caption === undefined ? [] : [content.caption])];
}

function code(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const fence = text.includes("`") ? "``" : "`";
  return `${fence}${text}${fence}`;
}

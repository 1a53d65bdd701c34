export { evasionChecklist, type ChecklistItem } from "./checklist.ts";
export { evaluationTable, nearestTable } from "./evaluation-table.ts";
export { evaluationText } from "./evaluation-text.ts";
export { headline } from "./headline.ts";
export { evaluationHtml, evaluationMarkdown } from "./page/evaluation-page.ts";

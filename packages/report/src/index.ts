export { evasionChecklist, type ChecklistItem } from "./checklist.ts";
export { agreement, haveSameSamples, type Agreement } from "./compare/agreement.ts";
export {
  compareEvaluations,
  comparisonHtml,
  comparisonText,
  type Comparison,
  type NamedEvaluation,
} from "./compare/comparison.ts";
export { evaluationTable, nearestTable, robustTable } from "./evaluation-table.ts";
export { evaluationText } from "./evaluation-text.ts";
export { attackBenchRows, localOptimality, lowerEnvelope, type AttackBenchRow } from "./exchange/attackbench.ts";
export { robustBenchEntry, type RobustBenchEntry } from "./exchange/robustbench.ts";
export { parseFormats, REPORT_FORMATS, type ReportFormat } from "./formats.ts";
export { headline, subjectText } from "./headline.ts";
export { evaluationHtml, evaluationMarkdown } from "./page/evaluation-page.ts";
export { gallery, type GalleryOptions } from "./page/gallery.ts";

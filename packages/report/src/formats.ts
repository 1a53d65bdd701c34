import { encodeNpz, InputError, lookUp } from "@kwta/core";
import type { AdversarialExamples, Evaluation } from "@kwta/evaluation";
import { attackBenchMarkdown } from "./exchange/attackbench.ts";
import { robustBenchEntry } from "./exchange/robustbench.ts";
import { evaluationHtml, evaluationMarkdown } from "./page/evaluation-page.ts";

/** A file that an evaluation becomes. */
export interface ReportFormat {
  /** What `--format` calls it. */
  readonly id: string;
  /** The file's name. */
  readonly file: string;
  readonly summary: string;
  /**
   * @param examples all adversarial examples, where they were saved
   * @throws InputError when it needs what the evaluation does not have
   */
  make(evaluation: Evaluation, examples?: AdversarialExamples): string | Uint8Array | Promise<string>;
}

/** Every format. The command line and its help come from this list. */
export const REPORT_FORMATS: readonly ReportFormat[] = [
  { id: "html", file: "report.html", summary: "a page that needs nothing else", make: evaluationHtml },
  { id: "md", file: "report.md", summary: "the same as Markdown, without pictures", make: evaluationMarkdown },
  {
    id: "robustbench",
    file: "robustbench.json",
    summary: "an entry of RobustBench's model_info",
    make: (evaluation) => `${JSON.stringify(robustBenchEntry(evaluation), null, 2)}\n`,
  },
  { id: "attackbench", file: "attackbench.md", summary: "rows as AttackBench has them", make: attackBenchMarkdown },
  {
    id: "npz",
    file: "adversarial.npz",
    summary: "adversarial examples for NumPy, Foolbox, AutoAttack; needs --save-images",
    make(_, examples) {
      if (examples !== undefined) return encodeNpz(examples.arrays);
      throw new InputError(
        "The adversarial examples of this evaluation were not saved. Run its kwta evaluate again with --save-images.",
      );
    },
  },
];

/**
 * The formats that a text names: `"html,npz"`.
 *
 * @throws InputError for one that does not exist: the nearest is offered
 */
export function parseFormats(text: string): ReportFormat[] {
  const known = Object.fromEntries(REPORT_FORMATS.map((format) => [format.id, format]));
  return [...new Set(text.split(",").map((id) => id.trim()))].map((id) => lookUp("format", id, known));
}

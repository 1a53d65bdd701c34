import type { Evaluation } from "@kwta/evaluation";
import type { EpochMetrics, StepMetrics } from "@kwta/training";
import type { AttackExample } from "./examples.ts";
import type { Pair } from "./finding.ts";
import type { QuickstartSettings } from "./quickstart-settings.ts";

/** What the quickstart found about one of its two nets. */
export interface NetReport {
  /** The model's id. */
  readonly model: string;
  /** Its run folder, relative to the report. */
  readonly run: string;
  readonly parameters: number;
  readonly metrics: readonly (StepMetrics | EpochMetrics)[];
  readonly evaluation: Evaluation;
  readonly examples: readonly AttackExample[];
}

/** What `report.json` of a quickstart holds: all that its page is drawn from. */
export interface QuickstartReport {
  readonly schema: "kwta-quickstart@1";
  readonly createdAt: string;
  readonly settings: QuickstartSettings;
  readonly engine: { readonly name: string; readonly threads: number };
  readonly versions: Readonly<Record<string, string>>;
  /** Of this process: what was done before a resume is not in it. */
  readonly seconds: number;
  readonly nets: Pair<NetReport>;
  readonly classNames: readonly string[];
  /** One sentence that says what the numbers mean. */
  readonly finding: string;
}

import type { Evaluation } from "@kwta/evaluation";
import { formatTable } from "@kwta/viz";
import { evaluationTable, nearestTable } from "./evaluation-table.ts";
import { whatToKnow } from "./what-to-know.ts";

/**
 * What was found, for a terminal: the tables, and below them what one must know to read them. A number with a red flag, or
 * of a protocol that was not run to its end, is never called a worst case.
 */
export function evaluationText(evaluation: Evaluation): string {
  const nearest = nearestTable(evaluation);
  const tables = [evaluationTable(evaluation), ...(nearest === undefined ? [] : [nearest])];
  const notes = whatToKnow(evaluation).map(({ mark, text, tone }) => {
    const words = tone === "bad" && mark?.startsWith("Red flag") ? mark.replace("Red flag", "RED FLAG") : mark;
    return words === undefined ? text : `${words} ${text}`;
  });
  return [...tables.map((table) => formatTable(table)), ...notes].join("\n\n");
}

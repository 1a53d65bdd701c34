import { formatTable } from "@kwta/viz";
import { LABELS } from "../contract/figure-file.ts";
import type { Claim } from "./claims.ts";
import type { ClaimsFile, JudgedClaim } from "./summarize-claims.ts";

/** The claims as Markdown: a table of what came of each, and below it the numbers behind. */
export function claimsMarkdown({ claims }: ClaimsFile): string {
  const table = formatTable(
    {
      columns: [
        "claim",
        { title: "whose", align: "left" },
        { title: "outcome", align: "left" },
        { title: "figures", align: "left" },
      ],
      rows: claims.map((claim) => [
        claim.text,
        SOURCES[claim.of],
        labelOf(claim),
        [...new Set(claim.evidence.map(({ figure }) => figure))].join(", "),
      ]),
    },
    { format: "markdown" },
  );
  return `${["# Claims, judged", table, ...claims.flatMap(details)].join("\n\n")}\n`;
}

/** In words; for a claim that no figure has measured too. */
export function labelOf({ outcome }: JudgedClaim): string {
  return outcome === null ? "not measured" : LABELS[outcome];
}

const SOURCES: Readonly<Record<Claim["of"], string>> = {
  paper: "the paper",
  refutation: "its refutation",
  here: "this project",
};

function details({ text, evidence }: JudgedClaim): string[] {
  if (evidence.length === 0) return [];
  return [
    `## ${text.replace(/\.$/, "")}`,
    evidence.map(({ figure, kind, text: sentence }) => `- **${LABELS[kind]}** (${figure}): ${sentence}`).join("\n"),
  ];
}

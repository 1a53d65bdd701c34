import { epsText } from "@kwta/core";
import { CHECKS, type CheckOutcome, type Evaluation } from "@kwta/evaluation";
import {
  htmlReport,
  markdownReport,
  type HtmlReportData,
  type ReportBlock,
  type ReportSection,
  type RichCell,
} from "@kwta/viz";
import { evasionChecklist, type ChecklistItem } from "../checklist.ts";
import { evaluationTable, nearestTable, robustTable } from "../evaluation-table.ts";
import { headline, subjectText } from "../headline.ts";
import { whatToKnow } from "../what-to-know.ts";
import { attackList } from "./attack-list.ts";
import { accuracyChart, distanceChart } from "./charts.ts";
import { gallery } from "./gallery.ts";
import { sampleTable } from "./sample-table.ts";

/** The page of an evaluation: one HTML file that needs nothing else, drawn from its report alone. */
export async function evaluationHtml(evaluation: Evaluation): Promise<string> {
  return htmlReport(await page(evaluation));
}

/** The same as Markdown, without its pictures. */
export async function evaluationMarkdown(evaluation: Evaluation): Promise<string> {
  return markdownReport(await page(evaluation));
}

async function page(evaluation: Evaluation): Promise<HtmlReportData> {
  const { attacks } = evaluation;
  return {
    title: `Robustness of ${subjectText(evaluation)}`,
    summary: headline(evaluation),
    sections: [
      ...readFirst(evaluation),
      await accuracies(evaluation),
      ...(await nearest(evaluation)),
      ...images(evaluation),
      {
        heading: "What was run",
        blocks: attacks.length === 0 ? [{ text: "No attack." }] : [{ table: attackList(evaluation) }],
      },
      ...checks(evaluation),
      checklist(evaluation),
      everySample(evaluation),
    ],
    generatedFrom: madeBy(evaluation),
    footer: `Robust accuracy is the share of images that are classified correctly and that ${
      evaluation.goal === undefined
        ? "stand after every attack that counts"
        : "no attack that counts leads to their target"
    }. It bounds the true robustness from above: a stronger attack may break more.`,
  };
}

function readFirst(evaluation: Evaluation): ReportSection[] {
  const notes = whatToKnow(evaluation);
  return notes.length === 0 ? [] : [{ heading: "Read this first", blocks: [{ notes }] }];
}

async function accuracies(evaluation: Evaluation): Promise<ReportSection> {
  const { robust, attacks } = evaluation;
  const withinEps = attacks.some(({ at }) => at.length > 0);
  return {
    heading: "Accuracy under attack",
    ...(robust.length > 1 && { intro: "What an attack breaks at one eps counts as broken at every larger one." }),
    blocks: [
      { table: robustTable(evaluation) },
      ...(withinEps ? [{ svg: await accuracyChart(evaluation), caption: CHART_CAPTION }] : []),
      { table: { ...evaluationTable(evaluation), sortable: true }, caption: TABLE_CAPTION },
    ],
  };
}

const CHART_CAPTION =
  "Bands are 95 % confidence intervals (Wilson). An attack that works takes every net to 0 as eps grows.";
const TABLE_CAPTION =
  "In small type the 95 % confidence interval (Wilson). Accuracy: of the images that were attacked here or broken before, " +
  "clean errors included, the share that is still classified correctly. Success rate: among those that were right before. " +
  "Queries and gradients: mean forward and backward passes of an attacked image at this eps.";

async function nearest(evaluation: Evaluation): Promise<ReportSection[]> {
  const table = nearestTable(evaluation);
  if (table === undefined) return [];
  const svg = await distanceChart(evaluation);
  const blocks: ReportBlock[] = [...(svg === undefined ? [] : [{ svg }]), { table: { ...table, sortable: true } }];
  return [{ heading: "Nearest adversarial points", blocks }];
}

function images(evaluation: Evaluation): ReportSection[] {
  const found = gallery(evaluation);
  if (found === undefined) return [];
  const intro =
    "Some of the broken images, each at the smallest eps at which one was kept. The perturbation is drawn around grey. Below " +
    "each image stand the logits of its own class and of the one it is then taken for, or the lead of the wrong class.";
  return [{ heading: "Adversarial images", intro, blocks: [{ images: found }] }];
}

const OUTCOMES: Readonly<Record<CheckOutcome["outcome"], RichCell>> = {
  clear: { text: "✓\u00a0clear", tone: "good" },
  seen: { text: "✗\u00a0seen", tone: "bad" },
  "not-run": { text: "·\u00a0not\u00a0run", tone: "neutral" },
};

/** What every diagnostic check came to; one that could not look has found nothing, and cleared nothing. */
function checks({ checks: outcomes, diagnostics }: Evaluation): ReportSection[] {
  if (outcomes === undefined || outcomes.length === 0) return [];
  const summaries = new Map(CHECKS.map(({ id, summary }) => [id, summary]));
  const rows = outcomes.map(({ id, outcome, why }) => {
    const found = diagnostics.filter((each) => each.id === id).map(({ seen }) => seen);
    const more = why === undefined ? found : [why];
    return [id, OUTCOMES[outcome], [`It looks for ${summaries.get(id) ?? "what its name says"}.`, ...more].join(" ")];
  });
  const columns = [
    "check",
    { title: "outcome", align: "left" },
    { title: "what for, what was seen, or why not", align: "left" },
  ] as const;
  return [{ heading: "Diagnostic checks", blocks: [{ table: { columns, rows } }] }];
}

const STATES: Readonly<Record<ChecklistItem["state"], { text: string; tone: "good" | "bad" | "neutral" }>> = {
  yes: { text: "✓\u00a0yes", tone: "good" },
  partly: { text: "◐\u00a0partly", tone: "neutral" },
  no: { text: "✗\u00a0no", tone: "bad" },
  you: { text: "·\u00a0for\u00a0you", tone: "neutral" },
};

function checklist(evaluation: Evaluation): ReportSection {
  const rows = evasionChecklist(evaluation).map(({ question, state, answer }) => [question, STATES[state], answer]);
  return {
    heading: "Checklist of evasion testing",
    intro: "After the OWASP AI Exchange, filled in from the numbers above.",
    blocks: [
      {
        table: {
          columns: ["question", { title: "done", align: "left" }, { title: "answer", align: "left" }],
          rows,
        },
      },
    ],
  };
}

const MOST_SAMPLES = 1000;

function everySample(evaluation: Evaluation): ReportSection {
  const { n } = evaluation;
  const folded = n > MOST_SAMPLES ? `The first ${MOST_SAMPLES} of ${n} images` : `All ${n} images`;
  const table = sampleTable(evaluation, MOST_SAMPLES);
  return { heading: "Image by image", blocks: [{ folded, blocks: [{ table }] }] };
}

function madeBy({
  command,
  protocol,
  threat,
  goal,
  seed,
  n,
  backend,
  environment,
  totals,
  subject,
}: Evaluation): Record<string, unknown> {
  return {
    command,
    model: subject?.model,
    data: subject?.dataset,
    protocol: protocol.id,
    norm: threat.norm,
    eps: threat.epsilons.map(epsText).join(", "),
    "range of images": `${threat.bounds.min} to ${threat.bounds.max}`,
    ...(goal !== undefined && { targets: goal.targets }),
    images: n,
    seed,
    ...environment,
    backend: environment["backend"] ?? backend,
    "forward passes": totals.queries,
    "backward passes": totals.gradients,
    seconds: Number(totals.seconds.toFixed(1)),
  };
}

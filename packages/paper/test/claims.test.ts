import { expect, test } from "vitest";
import { claimsMarkdown, CLAIMS, resultsMarkdown, summarizeClaims, type FigureFile } from "../src/index.ts";
import { files } from "./figure-files.ts";

const all: readonly FigureFile[] = Object.values(files);

test("each claim is judged by the data of all figures, whatever notes their files hold", () => {
  const { claims } = summarizeClaims(all);
  const outcomes = Object.fromEntries(claims.map(({ id, outcome }) => [id, outcome]));
  expect(outcomes).toMatchObject({
    // The made-up file calls its column by another name than the figure.
    activation: "differs",
    "ragged-loss": "unjudged",
    "ahead-under-pgd": "agrees",
    "ahead-in-worst-case": "agrees",
    "gate-breaks": "agrees",
    "smoothing-breaks": "agrees",
    "gradient-misleads": "agrees",
    "dense-changes": "agrees",
    "family-breaks": "agrees",
    "weak-attack-flatters": "agrees",
    "width-helps": "agrees",
    "ahead-in-table": null,
  });
  expect(claims.map(({ id }) => id)).toEqual(CLAIMS.map(({ id }) => id));
  // Every claim of a figure is one of the list, and every one of the list but the tables' is judged by some figure.
  expect(claims.filter(({ evidence }) => evidence.length === 0).map(({ id }) => id)).toEqual(["ahead-in-table"]);
});

test("evidence against makes a claim seen in part, or not seen", () => {
  const [net] = files.gradients.data.nets;
  const swapped = net!.attacks.map((run) =>
    run.id === "pgd" ? { ...run, id: "gate" as const } : run.id === "gate" ? { ...run, id: "pgd" as const } : run,
  );
  const against: FigureFile = { ...files.gradients, data: { nets: [{ ...net!, attacks: swapped }] } };
  const outcome = (of: readonly FigureFile[]): unknown =>
    summarizeClaims(of).claims.find(({ id }) => id === "gate-breaks")!.outcome;
  expect([outcome([against]), outcome([files.gradients, against]), outcome([])]).toEqual(["differs", "in-part", null]);
});

test("claims and results are told in Markdown, with the numbers and how to draw again", () => {
  const markdown = claimsMarkdown(summarizeClaims(all));
  expect(markdown).toMatch(/\| In the worst case of the paper's own attacks.*\| the paper +\| not measured/);
  expect(markdown).toContain(
    "- **seen** (figure-gradients): PGD through the gate, with as many steps and starts, leaves less",
  );
  const results = resultsMarkdown(all);
  expect(results).toContain("kwta figure figure-gallery --from figure-gallery.json");
  expect(results).toContain("![Figure R1](figure-gradients.png)");
});

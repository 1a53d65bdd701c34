import type { ClaimId } from "../claims/claims.ts";
import type { FigureNote } from "../contract/figure-file.ts";
import { judge, signsOf, testsText } from "../contract/judge.ts";
import { sizeText } from "../shared/units.ts";
import { median } from "../shared/quantiles.ts";
import { isExact, nameOf, type AgreementLine, type CosineData } from "./data.ts";

/** Whether k-WTA's gradient says less than ReLU's, and less than the one through the gate, over each distance. */
export function notes(data: CosineData): FigureNote[] {
  const kwta = data.lines.filter(({ activation }) => activation !== "relu");
  const relu = data.lines.find(({ activation }) => activation === "relu");
  const first = kwta.find(isExact);
  return [
    ...(first === undefined || relu === undefined ? [] : [compare("gradient-misleads", relu, first, data)]),
    ...kwta.filter(isExact).flatMap((own) => {
      const gate = kwta.find((line) => line.label === own.label && !isExact(line));
      return gate === undefined ? [] : [compare("gate-agrees", gate, own, data)];
    }),
  ];
}

/** The larger cosine image by image, at every distance from a tenth of eps on: below it all gradients are right or rounded. */
function compare(claim: ClaimId, larger: AgreementLine, smaller: AgreementLine, data: CosineData): FigureNote {
  const { sigmas, eps, images } = data;
  const places = sigmas.flatMap((sigma, i) => (sigma >= 0.099 * eps && sigma <= 1.01 * eps ? [i] : []));
  const { kind, tests } = judge(
    places.map((i) => ({
      name: `σ = ${sizeText(sigmas[i]!, eps)}`,
      paired: signsOf(larger.cosines[i]!, smaller.cosines[i]!),
    })),
    { need: "all" },
  );
  const pairs = places.map(
    (i) =>
      `${median(larger.cosines[i]!).toFixed(2)} against ${median(smaller.cosines[i]!).toFixed(2)} at σ = ${sizeText(sigmas[i]!, eps)}`,
  );
  return {
    claim,
    kind,
    text:
      `The cosine between what a gradient says of random steps and what is seen is larger for ${nameOf(larger)} than for ` +
      `${nameOf(smaller)}: ${pairs.join(", ")} (medians). Sign test over ${images} images, Holm over ${tests.length}: ${testsText(tests)}.`,
  };
}

import type { FigureNote } from "../contract/figure-file.ts";
import { judge, signsOf, testsText } from "../contract/judge.ts";
import { spread } from "../shared/surfaces/raggedness.ts";
import type { Figure3Data, LogitSmoothness, LossPath } from "./data.ts";
import { roughness } from "./roughness.ts";

/** How rough logits and losses are, of k-WTA and of ReLU. */
export function notes(data: Figure3Data): FigureNote[] {
  return [...describeLogits(data), ...describeTraining(data)];
}

function describeLogits({ smoothness, images }: Figure3Data): FigureNote[] {
  const [kwta, relu] = kwtaAndRelu(smoothness);
  if (kwta === undefined || relu === undefined) return [];
  const { kind, tests } = judge(
    [
      { name: "the largest jump", paired: signsOf(kwta.jump, relu.jump) },
      { name: "roughness", paired: signsOf(kwta.roughness, relu.roughness) },
    ],
    { need: "all" },
  );
  const jump = (of: LogitSmoothness): string => spread(of.jump.map((share) => 100 * share));
  return [
    {
      claim: "rough-logits",
      kind,
      text:
        `From one point of the path to the next, a logit of the k-WTA net changes by up to ${jump(kwta)} % of its range, one of the ` +
        `ReLU net by up to ${jump(relu)} %; the roughness is ${spread(kwta.roughness)} and ${spread(relu.roughness)}. k-WTA the ` +
        `rougher one, sign test over ${images.length} images: ${testsText(tests, "in")}.`,
    },
  ];
}

/** In the paper both losses are smooth: then that of k-WTA is not twice as rough as that of ReLU. */
function describeTraining({ training, smoothness }: Figure3Data): FigureNote[] {
  const [kwta, relu] = kwtaAndRelu(training);
  if (kwta === undefined || relu === undefined) return [];
  const [own, other] = [roughnessOfSteps(kwta), roughnessOfSteps(relu)];
  const count = Math.min(own.length, other.length);
  const twice = other.slice(0, count).map((value) => 2 * value);
  const { kind, tests } = judge([{ name: "", paired: signsOf(twice, own.slice(0, count)) }], { need: "all" });
  const [test] = tests;
  const outcome =
    { ahead: "less", behind: "more" }[test!.outcome as string] ?? "neither less nor more, as far as can be told,";
  const [attacked] = kwtaAndRelu(smoothness);
  return [
    {
      claim: "smooth-training",
      kind,
      text:
        `Along the path of one training each, from ${firstLoss(kwta)} (k-WTA) and ${firstLoss(relu)} (ReLU) on, the loss has a roughness of ` +
        `${spread(own)} and ${spread(other)} over ${count} steps: k-WTA has ${outcome} than twice that of ReLU.` +
        (attacked === undefined ? "" : ` Along the attack, k-WTA's logits have ${spread(attacked.roughness)}.`),
    },
  ];
}

/** Of each step's segment: its points, with the first one of the next. */
function roughnessOfSteps({ steps, loss }: LossPath): number[] {
  const first = Math.floor(steps[0] ?? 0);
  const count = Math.floor(steps.at(-1) ?? 0) - first;
  return Array.from({ length: Math.max(0, count) }, (_, i) =>
    roughness(loss.filter((_value, j) => steps[j]! >= first + i && steps[j]! <= first + i + 1)),
  );
}

function firstLoss({ steps, loss }: LossPath): string {
  return `a loss of ${(loss[0] ?? Number.NaN).toPrecision(3)} in step ${steps[0] ?? 0}`;
}

function kwtaAndRelu<T extends { readonly activation: string }>(all: readonly T[]): [T | undefined, T | undefined] {
  return [
    all.find(({ activation }) => activation.startsWith("kwta:")),
    all.find(({ activation }) => activation === "relu"),
  ];
}

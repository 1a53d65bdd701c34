import { epsText } from "@kwta/core";
import { floatsFromBase64, type AdversarialImage, type AttackedSamples, type Evaluation } from "@kwta/evaluation";
import { perturbationImage, type ImageGridData, type ImageRow } from "@kwta/viz";
import { className } from "../words.ts";

/** Options of {@link gallery}. */
export interface GalleryOptions {
  /** How many images at most. @defaultValue 12 */
  readonly most?: number;
  /** Those of one attack alone, by its name in the protocol. @defaultValue all attacks */
  readonly attack?: string;
  /** No larger perturbations than these. @defaultValue Infinity */
  readonly eps?: number;
}

/**
 * The kept adversarial images beside their originals, one for each sample, at the smallest eps first.
 *
 * @returns undefined where there are none that can be drawn
 */
export function gallery(evaluation: Evaluation, options: GalleryOptions = {}): ImageGridData | undefined {
  const { most = 12, attack, eps = Infinity } = options;
  const all = keptImages(evaluation).filter(
    (kept) => (kept.eps ?? 0) <= eps && kept.attack === (attack ?? kept.attack),
  );
  const found = new Map<number, Kept>();
  for (const kept of all) if (!found.has(kept.image.position)) found.set(kept.image.position, kept);
  const chosen = [...found.values()].slice(0, most);
  if (chosen.length === 0) return undefined;
  return {
    columns: [{ title: "original" }, { title: "perturbation" }, { title: "adversarial" }],
    rows: chosen.map((kept) => imageRow(kept, evaluation)),
  };
}

interface Kept {
  readonly image: AdversarialImage;
  readonly attack: string;
  /** Undefined where the attack looked for the nearest point. */
  readonly eps: number | undefined;
  readonly run: AttackedSamples;
}

/** Those that are images, the smallest perturbations first. */
function keptImages({ attacks }: Evaluation): Kept[] {
  const all = attacks.flatMap(({ id, at, nearest }): Kept[] => [
    ...at.flatMap((run) => run.images.map((image) => ({ image, attack: id, eps: run.eps, run }))),
    ...(nearest?.images ?? []).map((image) => ({ image, attack: id, eps: undefined, run: nearest! })),
  ]);
  const drawable = all.filter(({ image: { shape } }) => shape.length === 3 && [1, 3, 4].includes(shape[2]!));
  return drawable.sort((a, b) => (a.eps ?? 0) - (b.eps ?? 0) || a.image.position - b.image.position);
}

function imageRow({ image, attack, eps, run }: Kept, evaluation: Evaluation): ImageRow {
  const { position, label, predicted } = image;
  const shape = image.shape as [number, number, number];
  const [original, adversarial] = [image.original, image.adversarial].map((pixels) => toUnit(pixels, evaluation)) as [
    Float32Array,
    Float32Array,
  ];
  const delta = adversarial.map((value, i) => value - original[i]!);
  const change = perturbationImage(delta, shape, strongest(delta, eps, evaluation));
  const margin = run.margins[run.attacked.indexOf(position)];
  const clean = evaluation.samples.cleanMargin[position];
  return {
    label: `image ${position}, ${attack}${eps === undefined ? "" : ` at eps ${epsText(eps)}`}`,
    cells: [
      { image: original, shape, caption: `${className(evaluation, label)}${scores(image, "original", clean)}` },
      { image: change.image, shape, caption: change.caption },
      {
        image: adversarial,
        shape,
        caption: `taken for ${className(evaluation, predicted)}${scores(image, "adversarial", margin)}`,
        tone: "bad",
      },
    ],
  };
}

/** The two logits that decide, where they are known, else by how much the wrong class leads. */
function scores(
  { logits, label, predicted }: AdversarialImage,
  of: "original" | "adversarial",
  margin: number | null | undefined,
): string {
  if (logits === undefined) return margin === null || margin === undefined ? "" : `, margin ${signed(margin)}`;
  const [right, wrong] = [logits[of][label]!, logits[of][predicted]!];
  return of === "original"
    ? `: logit ${short(right)}, other ${short(wrong)}`
    : `: logit ${short(wrong)}, right ${short(right)}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${short(value)}`;
}

/** Pixels in [0, 1]. */
function toUnit(pixels: string, { threat: { bounds } }: Evaluation): Float32Array {
  const size = bounds.max - bounds.min;
  return floatsFromBase64(pixels).map((value) => Math.min(1, Math.max(0, (value - bounds.min) / size)));
}

/** What takes the strongest colour: eps where it bounds each value, else the largest change. */
function strongest(delta: Float32Array, eps: number | undefined, { threat }: Evaluation): number {
  const largest = delta.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const bound = threat.norm === "linf" && eps !== undefined ? eps / (threat.bounds.max - threat.bounds.min) : largest;
  return bound > 0 ? bound : 1;
}

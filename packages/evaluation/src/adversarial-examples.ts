import { InputError, type NumberArray } from "@kwta/core";
import { floatsFromBase64 } from "./base64.ts";
import type { AdversarialImage, AttackEvaluation, Evaluation } from "./evaluation.ts";

/** Adversarial points of an evaluation as arrays that other tools read. All run along the samples that are in it. */
export interface AdversarialExamples {
  /**
   * `adversarial` and `original`, images with their channels first as PyTorch has them, in the bounds of the threat model;
   * `label` and `predicted`; `target` in a targeted evaluation; `position` and `id`, which sample it is; `eps`, the smallest size at which it was broken, or how
   * far the nearest point is; `attack`, whose names the metadata hold.
   */
  readonly arrays: ReadonlyMap<string, NumberArray>;
  /** Names of attacks, norm, bounds, protocol. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The kept adversarial images of the attacks that count: of each sample the one of the smallest size, so that Foolbox or
 * AutoAttack can score them once more.
 *
 * @throws InputError when none was kept
 */
export function adversarialExamples(evaluation: Evaluation): AdversarialExamples {
  const kept = nearestImages(evaluation);
  if (kept.length === 0) {
    throw new InputError("No adversarial images were kept. Evaluate again with --save-images, or with keepImages.");
  }
  const { protocol, threat, attacks, samples } = evaluation;
  const targets = samples.targets;
  const whole = (of: (one: KeptImage) => number): NumberArray => ({
    shape: [kept.length],
    data: Int32Array.from(kept, of),
  });
  return {
    arrays: new Map([
      [
        "adversarial",
        channelsFirst(
          kept.map(({ image }) => image.adversarial),
          kept[0]!.image.shape,
        ),
      ],
      [
        "original",
        channelsFirst(
          kept.map(({ image }) => image.original),
          kept[0]!.image.shape,
        ),
      ],
      ["label", whole(({ image }) => image.label)],
      ["predicted", whole(({ image }) => image.predicted)],
      ...(targets === undefined
        ? []
        : [["target", whole(({ image }) => targets[image.position]!)] as [string, NumberArray]]),
      ["position", whole(({ image }) => image.position)],
      ["id", whole(({ image }) => image.id)],
      ["eps", { shape: [kept.length], data: Float32Array.from(kept, ({ size }) => size) }],
      ["attack", whole(({ attack }) => attacks.indexOf(attack))],
    ]),
    metadata: {
      format: "kwta-adversarial@1",
      protocol: protocol.id,
      norm: threat.norm,
      bounds: `${threat.bounds.min},${threat.bounds.max}`,
      attacks: JSON.stringify(attacks.map(({ id }) => id)),
    },
  };
}

/** The evaluation with no more than the first images of each attack at each size: the rest are kept elsewhere. */
export function withImages(evaluation: Evaluation, most: number): Evaluation {
  const fewer = <T extends { readonly images: readonly AdversarialImage[] }>(run: T): T => {
    return { ...run, images: run.images.slice(0, most) };
  };
  const attacks = evaluation.attacks.map((attack): AttackEvaluation => {
    const { at, nearest } = attack;
    return { ...attack, at: at.map(fewer), ...(nearest !== undefined && { nearest: fewer(nearest) }) };
  });
  return { ...evaluation, attacks };
}

interface KeptImage {
  readonly image: AdversarialImage;
  readonly attack: AttackEvaluation;
  readonly size: number;
}

/** Of each sample the image of the smallest size, in the order of the samples. */
function nearestImages({ attacks }: Evaluation): KeptImage[] {
  const found = new Map<number, KeptImage>();
  const enter = (kept: KeptImage): void => {
    const { position } = kept.image;
    if (kept.size < (found.get(position)?.size ?? Infinity)) found.set(position, kept);
  };
  for (const attack of attacks) {
    if (attack.role === "diagnostic") continue;
    const { at, nearest } = attack;
    for (const { eps, images } of at) for (const image of images) enter({ image, attack, size: eps });
    for (const image of nearest?.images ?? []) {
      const distance = nearest!.distances[nearest!.attacked.indexOf(image.position)];
      if (typeof distance === "number") enter({ image, attack, size: distance });
    }
  }
  return [...found.values()].sort((a, b) => a.image.position - b.image.position);
}

/** Images of `[height, width, channels]` as one array `[n, channels, height, width]`; what is no image keeps its axes. */
function channelsFirst(images: readonly string[], shape: readonly number[]): NumberArray {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const data = new Float32Array(images.length * size);
  const channels = shape.length === 3 ? shape[2]! : 1;
  const pixels = size / channels;
  for (const [n, image] of images.entries()) {
    const values = floatsFromBase64(image);
    for (let i = 0; i < size; i++) data[n * size + (i % channels) * pixels + Math.floor(i / channels)] = values[i]!;
  }
  const axes = shape.length === 3 ? [shape[2]!, shape[0]!, shape[1]!] : shape;
  return { shape: [images.length, ...axes], data };
}

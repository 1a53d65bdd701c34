import type { KeyedRandom } from "@kwta/core";
import type { AttackMaker } from "../contract/attack.ts";
import { askMany, defineSearch, type SearchSample } from "../contract/search.ts";
import { drawsFrom, type Draw } from "./square-moves.ts";

const PARAMS = {
  population: { type: "integer", default: 400, min: 4, description: "Candidates." },
  generations: { type: "integer", default: 100, min: 0, description: "How often each candidate gets a child." },
  weight: { type: "number", default: 0.5, min: 0, max: 2, description: "Share of a difference that a child takes." },
} as const;

/**
 * One pixel, or as many as the ball of L0 has room for: differential evolution of places and colours. A child is one random
 * candidate plus a share of the difference of two others, and takes the place of its parent if it lowers the probability of
 * the true class, or raises that of the target. Costs `population` queries per generation, and for the first one.
 *
 * In L0 each channel of a pixel counts: a pixel of a colour image needs an eps of 3.
 *
 * @see Su, Vargas, Sakurai: "One pixel attack for fooling deep neural networks", 2019, arXiv 1710.08864; 400 candidates, 100
 * generations, a weight of 0.5 and no crossover, as there
 */
export const onePixel: AttackMaker<typeof PARAMS> = defineSearch({
  id: "kwta/one-pixel",
  version: "1.0.0",
  access: "score",
  norms: ["l0"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: { title: "One pixel attack for fooling deep neural networks", url: "https://arxiv.org/abs/1710.08864" },
  queries: ({ population, generations }) => population * (generations + 1),
  // Falls and rises with the probability.
  loss: () => "cross-entropy",
  *search(sample) {
    const { params, random } = sample;
    const { population, generations } = params;
    // Where there is no room for a whole pixel, only some of its channels change.
    const isCut = sample.eps < sample.shape[2];
    let people = Array.from({ length: population }, (_, i) => firstPixels(sample, random("first", i)));
    const fitness = new Float32Array(population);
    const test = (candidates: readonly Float32Array[], use: (value: number, i: number) => void) =>
      askMany(population, (i) => paint(sample, candidates[i]!), use, isCut);
    yield* test(people, (value, i) => (fitness[i] = value));
    for (let generation = 1; generation <= generations; generation++) {
      const children = people.map((_, i) => childOf(sample, people, drawsFrom(random(`child ${i}`, generation))));
      const next = people.slice();
      yield* test(children, (value, i) => {
        if (!(value > fitness[i]!)) return;
        fitness[i] = value;
        next[i] = children[i]!;
      });
      people = next;
    }
  },
});

type Sample = Pick<SearchSample<{ readonly weight: number }>, "x" | "shape" | "eps" | "bounds" | "params">;

/** Of each pixel its row and column, as shares of the image, and its colours, as shares of the box. */
function genesOf({ shape, eps }: Sample): { readonly pixels: number; readonly length: number } {
  const [height, width, channels] = shape;
  const pixels = Math.min(height * width, Math.max(1, Math.floor(eps / channels)));
  return { pixels, length: 2 + channels };
}

/** Places are uniform, colours normal around the middle of the box. */
function firstPixels(sample: Sample, random: KeyedRandom): Float32Array {
  const { pixels, length } = genesOf(sample);
  const normal = random.normal(new Float32Array(pixels * length), 0.5, 0.5);
  const draw = drawsFrom(random);
  // The numbers after those of the normal distribution.
  for (let i = 0; i < 2 * normal.length; i++) draw();
  return normal.map((value, i) => (i % length < 2 ? draw() : Math.min(1, Math.max(0, value))));
}

/** What falls outside is drawn anew. */
function childOf({ params }: Sample, people: readonly Float32Array[], draw: Draw): Float32Array {
  const [a, b, c] = threeOf(people.length, draw).map((i) => people[i]!);
  return a!.map((value, i) => {
    const gene = value + params.weight * (b![i]! - c![i]!);
    return gene >= 0 && gene <= 1 ? gene : draw();
  });
}

function threeOf(count: number, draw: Draw): number[] {
  const chosen: number[] = [];
  while (chosen.length < 3) {
    const i = Math.floor(draw() * count);
    if (!chosen.includes(i)) chosen.push(i);
  }
  return chosen;
}

function paint(sample: Sample, genes: Float32Array): Float32Array {
  const { x, shape, bounds } = sample;
  const [height, width, channels] = shape;
  const { pixels, length } = genesOf(sample);
  const image = x.slice();
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [row, column, ...colours] = genes.subarray(pixel * length, (pixel + 1) * length);
    const at =
      Math.min(height - 1, Math.floor(row! * height)) * width + Math.min(width - 1, Math.floor(column! * width));
    for (const [channel, colour] of colours.entries()) {
      image[at * channels + channel] = bounds.min + colour * (bounds.max - bounds.min);
    }
  }
  return image;
}

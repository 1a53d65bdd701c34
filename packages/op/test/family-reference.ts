import { referenceKwta, referenceKwtaGradient } from "../src/reference.ts";

/** A member of the family in plain numbers: the output of one sample, [positions][channels], and its exact gradient. */
export interface Reference {
  forward(sample: number[][]): number[][];
  gradient(dy: number[][], sample: number[][]): number[][];
}

export function channelReference(k: number): Reference {
  return {
    forward: (sample) => sound(sample, sample, (x) => perChannel(x, (channel) => referenceKwta(channel, k).y)),
    gradient: (dy, sample) =>
      sound(sample, sample, (x) => perChannel(x, (channel, c) => referenceKwtaGradient(column(dy, c), channel, k))),
  };
}

export function absReference(k: number): Reference {
  const pass = (values: number[][], sample: number[][]): number[][] =>
    sound(sample, sample, (x) =>
      perChannel(x, (channel, c) => referenceKwtaGradient(column(values, c), channel.map(Math.abs), k)),
    );
  return { forward: (sample) => pass(sample, sample), gradient: pass };
}

export function lwtaReference(size: number): Reference {
  const pass = (values: number[][], sample: number[][]): number[][] =>
    sound(sample, sample, (x) =>
      x.map((row, p) =>
        groups(row, size).flatMap((group, g) =>
          referenceKwtaGradient(values[p]!.slice(g * size, (g + 1) * size), group, 1),
        ),
      ),
    );
  return { forward: (sample) => pass(sample, sample), gradient: pass };
}

export function maxPoolReference(size: number): Reference {
  return {
    forward(sample) {
      const pooled = sample.map((row) => groups(row, size).map((group) => Math.max(...group)));
      return sound(sample, pooled, () => pooled);
    },
    gradient: (dy, sample) =>
      sound(sample, sample, (x) =>
        x.map((row, p) =>
          groups(row, size).flatMap((group, g) => {
            const best = Math.max(...group);
            const count = group.filter((value) => value === best).length;
            return group.map((value) => (value === best ? Math.fround(dy[p]![g]! / count) : 0));
          }),
        ),
      ),
  };
}

export function breakReluReference(height: number): Reference {
  const pass = (values: number[][], sample: number[][], other: number): number[][] =>
    sample.map((row, p) => row.map((x, c) => (x > 0 || Number.isNaN(x) ? values[p]![c]! : other)));
  return { forward: (sample) => pass(sample, sample, -height), gradient: (dy, sample) => pass(dy, sample, 0) };
}

/** What `f` makes of a sample, or NaN in the shape of `like` where the sample holds one. */
function sound(sample: number[][], like: number[][], f: (sample: number[][]) => number[][]): number[][] {
  return sample.flat().some(Number.isNaN) ? like.map((row) => row.map(() => NaN)) : f(sample);
}

function perChannel(sample: number[][], f: (channel: number[], c: number) => number[]): number[][] {
  const columns = sample[0]!.map((_, c) => f(column(sample, c), c));
  return sample.map((_, p) => columns.map((values) => values[p]!));
}

const column = (sample: number[][], c: number): number[] => sample.map((row) => row[c]!);

const groups = (row: number[], size: number): number[][] =>
  Array.from({ length: row.length / size }, (_, g) => row.slice(g * size, (g + 1) * size));

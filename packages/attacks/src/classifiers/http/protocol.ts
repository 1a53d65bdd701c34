import { InputError, isObject, show, toBase64 } from "@kwta/core";
import type { ImageBatch } from "../black-box.ts";

/** What is sent. */
export interface HttpBody {
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** @defaultValue "application/json" */
  readonly type?: string | undefined;
}

/** Writes a question. */
export type HttpEncoder = (images: ImageBatch, want: "scores" | "labels") => HttpBody;

/** Reads an answer about `n` images: scores row by row, or one class for each. */
export type HttpDecoder = (body: Uint8Array, n: number) => ArrayLike<number>;

/** Images in base64. */
export const encodeBase64: HttpEncoder = ({ values, shape }, want) => ({
  body: JSON.stringify({ want, shape, images: toBase64(littleEndian(values)) }),
});

/** Images as lists in lists. */
export const encodeNested: HttpEncoder = (images, want) => ({
  body: JSON.stringify({ want, shape: images.shape, images: nestedImages(images) }),
});

/** Images as lists in lists in lists, `[n][height][width][channels]`, as many services take them. */
export function nestedImages({ values, shape }: Pick<ImageBatch, "values" | "shape">): unknown[] {
  const nest = (from: number, sizes: readonly number[]): unknown[] => {
    const [size = 0, ...inner] = sizes;
    const step = inner.reduce((all, each) => all * each, 1);
    return Array.from({ length: size }, (_, i) =>
      inner.length === 0 ? values[from + i] : nest(from + i * step, inner),
    );
  };
  return nest(0, shape);
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return bytes;
}

/** @throws InputError for what is no such answer */
export function decodeAnswer(body: Uint8Array, want: "scores" | "labels", url: string): number[] {
  const answer = parse(body, url);
  const found = isObject(answer) ? answer[want] : undefined;
  if (!Array.isArray(found)) {
    throw new InputError(
      `The model at ${url} answered ${show(answer)}. It should answer {"${want}": [...]}; ` +
        "encode and decode of httpClassifier speak with other services.",
    );
  }
  const numbers = want === "scores" ? flat(found as unknown[]) : (found as unknown[]);
  // JSON has no NaN; many write null for it.
  const values = numbers.map((each) => (each === null && want === "scores" ? Number.NaN : each));
  const odd = values.find((each) => typeof each !== "number");
  if (odd === undefined) return values as number[];
  throw new InputError(`The model at ${url} answered ${show(odd)} among its ${want}, which are numbers.`);
}

/** A list for each image, all of one length; a plain list is one score for each. */
function flat(rows: unknown[]): unknown[] {
  const lengths = new Set(rows.map((row) => (Array.isArray(row) ? row.length : -1)));
  if (lengths.size <= 1) return rows.flat();
  throw new InputError(`The model answered lists of ${[...lengths].join(" and ")} scores. All images have as many.`);
}

/** What a service calls its model, if it says that. */
export function modelNameIn(body: Uint8Array): string | undefined {
  try {
    const answer: unknown = JSON.parse(new TextDecoder().decode(body));
    const name = isObject(answer) ? answer["model"] : undefined;
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}

function parse(body: Uint8Array, url: string): unknown {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`The model at ${url} answered no JSON, but ${show(text.trim())}.`, { cause: error });
  }
}

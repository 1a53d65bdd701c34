import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { breathe, InputError, show, type LongWork } from "@kwta/core";
import { findFiles, readBounded, type Layout } from "./_folder.node.ts";
import { CIFAR10_CLASSES, CIFAR10_RECORD, decodeCifar10, type DecodedImages } from "./cifar10.ts";
import type { Dataset, Split } from "./dataset.ts";

const LAYOUT: Layout = {
  title: "CIFAR-10",
  folders: ["cifar-10-batches-bin"],
  files: [...[1, 2, 3, 4, 5].map((i) => [`data_batch_${i}.bin`]), ["test_batch.bin"]],
  advice: 'Unpack the "CIFAR-10 binary version" (cifar-10-binary.tar.gz) there.',
};

const MOST_BYTES = 10_000 * CIFAR10_RECORD;

/**
 * Reads CIFAR-10 in the official binary layout: `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin` in
 * `dataDir` or its folder `cifar-10-batches-bin`.
 *
 * @throws InputError on a missing, cut or foreign file, saying what was found and what to do
 */
export async function readCifar10(
  dataDir: string | undefined,
  { signal, onProgress }: LongWork = {},
): Promise<Dataset> {
  const paths = await findFiles(dataDir, LAYOUT);
  const folder = dirname(paths[0]!);
  const classNames = await readClassNames(join(folder, "batches.meta.txt"));
  const parts: DecodedImages[] = [];
  for (const path of paths) {
    await breathe(signal);
    parts.push(decodeCifar10(await readBounded(path, MOST_BYTES), show(path)));
    onProgress?.({ task: "read cifar10", done: parts.length, total: paths.length, unit: "file" });
  }
  const test = concatenate(parts.splice(-1));
  return {
    name: "cifar10",
    shape: test.shape,
    classNames,
    train: concatenate(parts),
    test,
    source: { kind: "files", folder },
  };
}

/** The names in `batches.meta.txt`; the official ones where that file is missing. */
async function readClassNames(path: string): Promise<readonly string[]> {
  if (!(await stat(path).catch(() => undefined))) return CIFAR10_CLASSES;
  const names = new TextDecoder()
    .decode(await readBounded(path, 10_000))
    .split(/\s+/)
    .filter(Boolean);
  if (names.length === 10) return names;
  throw new InputError(`${show(path)} names ${names.length} classes; CIFAR-10 has 10. Get the folder again.`);
}

function concatenate(parts: readonly DecodedImages[]): Split {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const images = new Uint8Array(size * 32 * 32 * 3);
  const labels = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    images.set(part.images, at * 32 * 32 * 3);
    labels.set(part.labels, at);
    at += part.size;
  }
  return { shape: [32, 32, 3], size, images, labels, ids: Int32Array.from({ length: size }, (_, i) => i) };
}

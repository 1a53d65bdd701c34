import { breathe, InputError, type LongWork } from "@kwta/core";
import { joinParts, type DecodedImages } from "../archives/join-parts.ts";
import type { DataFile, Layout, WantedFile } from "../files/layout.ts";
import { CIFAR10_CLASSES, CIFAR10_RECORD, decodeCifar10 } from "./cifar10.ts";
import { CIFAR100_CLASSES, CIFAR100_RECORD, decodeCifar100 } from "./cifar100.ts";
import { decodeCifarPickle, readPickledNames } from "./cifar-pickle.ts";
import type { Dataset } from "../dataset.ts";

/** Bytes of a file with class names. */
const SMALL = 10_000;
/**
 * Bytes that a pickle has for an image: labels, the name of an image file, and pixels, which Python 3 writes as UTF-8 text
 * in protocol 2.
 */
const PICKLED = 2 * CIFAR10_RECORD + 200;

type Decode = (bytes: Uint8Array, source: string) => DecodedImages;
type ReadNames = (bytes: Uint8Array, source: string) => readonly string[] | undefined;

/** The last two files are the test images and the optional list of class names. */
function cifarLayout(
  name: "cifar10" | "cifar100",
  settings: Pick<Layout, "folders" | "files" | "advice"> & { decode: Decode; readNames: ReadNames },
): Layout {
  const { decode, readNames, ...rest } = settings;
  const [title, known] = name === "cifar10" ? ["CIFAR-10", CIFAR10_CLASSES] : ["CIFAR-100", CIFAR100_CLASSES];
  return {
    name,
    title,
    ...rest,
    async build(files, work) {
      const names = files.at(-1);
      const classNames = await classNamesOf(names, readNames, title, known);
      const parts = await decodeAll(files.slice(0, -1) as DataFile[], decode, name, work);
      const test = joinParts(parts.splice(-1), [32, 32, 3]);
      return { name, shape: test.shape, classNames, train: joinParts(parts, [32, 32, 3]), test };
    },
  };
}

async function classNamesOf(
  file: DataFile | undefined,
  readNames: ReadNames,
  title: string,
  known: readonly string[],
): Promise<readonly string[]> {
  if (!file) return known;
  const names = readNames(await file.read(), file.source);
  if (names?.length === known.length) return names;
  const found = names ? `names ${names.length} classes` : "names no classes";
  throw new InputError(`${file.source} ${found}; ${title} has ${known.length}. Get the folder again.`);
}

async function decodeAll(
  files: readonly DataFile[],
  decode: Decode,
  name: Dataset["name"],
  { signal, onProgress }: LongWork,
): Promise<DecodedImages[]> {
  const parts: DecodedImages[] = [];
  for (const file of files) {
    await breathe(signal);
    parts.push(decode(await file.read(), file.source));
    onProgress?.({ task: `read ${name}`, done: parts.length, total: files.length, unit: "file" });
  }
  return parts;
}

function wanted(names: readonly string[], most: number): WantedFile[] {
  return names.map((name) => ({ names: [name], most }));
}

function textNames(bytes: Uint8Array): string[] {
  return new TextDecoder().decode(bytes).split(/\s+/).filter(Boolean);
}

const BATCHES = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}`);

/** CIFAR-10, the binary version first. */
export const CIFAR10_LAYOUTS: readonly Layout[] = [
  cifarLayout("cifar10", {
    folders: ["cifar-10-batches-bin"],
    files: [
      ...wanted([...BATCHES.map((name) => `${name}.bin`), "test_batch.bin"], 10_000 * CIFAR10_RECORD),
      { names: ["batches.meta.txt"], most: SMALL, optional: true },
    ],
    advice: 'Unpack the "CIFAR-10 binary version" (cifar-10-binary.tar.gz) there.',
    decode: decodeCifar10,
    readNames: textNames,
  }),
  cifarLayout("cifar10", {
    folders: ["cifar-10-batches-py"],
    files: [
      ...wanted([...BATCHES, "test_batch"], 10_000 * PICKLED),
      { names: ["batches.meta"], most: SMALL, optional: true },
    ],
    advice: 'Unpack the "CIFAR-10 python version" (cifar-10-python.tar.gz) there.',
    decode: (bytes, source) => decodeCifarPickle(bytes, { labels: "labels", classes: 10, source }),
    readNames: (bytes, source) => readPickledNames(bytes, "label_names", source),
  }),
];

/** CIFAR-100, the binary version first. */
export const CIFAR100_LAYOUTS: readonly Layout[] = [
  cifarLayout("cifar100", {
    folders: ["cifar-100-binary"],
    files: [
      ...wanted(["train.bin"], 50_000 * CIFAR100_RECORD),
      ...wanted(["test.bin"], 10_000 * CIFAR100_RECORD),
      { names: ["fine_label_names.txt"], most: SMALL, optional: true },
    ],
    advice: 'Unpack the "CIFAR-100 binary version" (cifar-100-binary.tar.gz) there.',
    decode: decodeCifar100,
    readNames: textNames,
  }),
  cifarLayout("cifar100", {
    folders: ["cifar-100-python"],
    files: [
      ...wanted(["train"], 50_000 * PICKLED),
      ...wanted(["test"], 10_000 * PICKLED),
      { names: ["meta"], most: SMALL, optional: true },
    ],
    advice: 'Unpack the "CIFAR-100 python version" (cifar-100-python.tar.gz) there.',
    decode: (bytes, source) => decodeCifarPickle(bytes, { labels: "fine_labels", classes: 100, source }),
    readNames: (bytes, source) => readPickledNames(bytes, "fine_label_names", source),
  }),
];

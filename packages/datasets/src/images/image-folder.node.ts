import { stat } from "node:fs/promises";
import { totalmem } from "node:os";
import { join, resolve } from "node:path";
import { breathe, checkWhole, InputError, readInput, show, type LongWork } from "@kwta/core";
import type { Dataset, Split } from "../dataset.ts";
import { decodeImage } from "./decode-image.node.ts";
import { fit, type FitOptions } from "./fit.ts";
import { countKinds, foldersIn, listPictures, READ_KINDS } from "./list-pictures.node.ts";

/** Options of {@link readImageFolder}. */
export interface ImageFolderOptions extends LongWork {
  /**
   * Height and width that all pictures get: the middle of each is cut out in this proportion and scaled.
   * @defaultValue all pictures must have one size
   */
  readonly imageSize?: readonly [height: number, width: number] | undefined;
  /**
   * 1 for grey, 3 for colour.
   * @defaultValue 3
   */
  readonly channels?: 1 | 3 | undefined;
}

const TEST_NAMES = ["test", "val", "valid", "validation"];
/** Bytes of the largest file that is taken for a picture. */
const MOST_BYTES = 2 ** 28;

/**
 * Reads pictures from folders: `train/CLASS/*.png` and `test/CLASS/*.png` (or `val`), PNG, JPEG or WebP. The classes are
 * the folders of `train` in alphabetical order, the samples the files in theirs and in folders below; links are followed.
 * Hidden files do not count; what else is no picture is passed over, and said in `notes`.
 *
 * @throws InputError when a folder is missing, a class has no pictures, a picture is damaged or of another size
 */
export async function readImageFolder(folder: string, options: ImageFolderOptions = {}): Promise<Dataset> {
  const { imageSize, channels = 3 } = options;
  imageSize?.forEach((side) => checkWhole("A side of the images", side, 1, 4096));
  if (channels !== 1 && channels !== 3) {
    throw new InputError(`The number of channels is ${show(channels)}; give 1 for grey or 3 for colour.`);
  }
  const train = join(folder, "train");
  const classNames = await classesIn(train, folder);
  const test = await firstFolder(
    TEST_NAMES.map((name) => join(folder, name)),
    folder,
  );
  const shared = { classNames, fitted: { imageSize, channels }, work: options };
  const first = await readSplit({ ...shared, folder: train, mayLack: false });
  const second = await readSplit({ ...shared, folder: test, mayLack: true, shape: first.split.shape });
  const notes = [...first.notes, ...second.notes];
  return {
    name: "folder",
    shape: first.split.shape,
    classNames,
    train: first.split,
    test: second.split,
    source: { kind: "images", folder: resolve(folder) },
    ...(notes.length > 0 && { notes }),
  };
}

interface SplitSettings {
  readonly folder: string;
  readonly classNames: readonly string[];
  readonly fitted: FitOptions;
  /** Whether a class may be missing. */
  readonly mayLack: boolean;
  /** That the pictures must have; that of the first picture otherwise. */
  readonly shape?: Split["shape"];
  readonly work: LongWork;
}

async function readSplit(settings: SplitSettings): Promise<{ split: Split; notes: readonly string[] }> {
  const { folder, fitted, work } = settings;
  const { files, notes } = await listFiles(settings);
  let shape = settings.shape;
  let images = new Uint8Array(0);
  for (const [i, { path }] of files.entries()) {
    await breathe(work.signal);
    const picture = fit(await decodeImage(await readInput(path, { most: MOST_BYTES }), show(path)), fitted);
    shape ??= [picture.height, picture.width, fitted.channels];
    if (picture.height !== shape[0] || picture.width !== shape[1]) {
      throw new InputError(
        `${show(path)} has ${picture.height} x ${picture.width} pixels, the first picture ${shape[0]} x ${shape[1]}. ` +
          "Give imageSize to have all scaled to one size.",
      );
    }
    const stride = picture.data.length;
    if (i === 0) images = roomFor(files.length, stride, folder);
    images.set(picture.data, i * stride);
    work.onProgress?.({ task: `read ${folder}`, done: i + 1, total: files.length, unit: "image" });
  }
  const split = {
    shape: shape!,
    size: files.length,
    images,
    labels: Int32Array.from(files, ({ label }) => label),
    ids: Int32Array.from(files, (_, i) => i),
  };
  return { split, notes };
}

function roomFor(count: number, stride: number, folder: string): Uint8Array<ArrayBuffer> {
  const bytes = count * stride;
  if (bytes <= Math.min(totalmem(), 2 ** 32)) return new Uint8Array(bytes);
  throw new InputError(
    `The ${count} pictures of ${show(folder)} take ${(bytes / 2 ** 30).toFixed(1)} GiB unpacked, more than can be held. ` +
      "Give imageSize to have them scaled down, or take some away.",
  );
}

async function listFiles({
  folder,
  classNames,
  mayLack,
}: SplitSettings): Promise<{ files: { path: string; label: number }[]; notes: readonly string[] }> {
  const known = new Set(classNames);
  const strange = (await foldersIn(folder)).find((name) => !known.has(name));
  if (strange !== undefined) {
    throw new InputError(
      `${show(join(folder, strange))} is a class without training images. Add some or take it away.`,
    );
  }
  const files: { path: string; label: number }[] = [];
  const passedOver: string[] = [];
  for (const [label, name] of classNames.entries()) {
    const found = await listPictures(join(folder, name));
    if (found.paths.length === 0 && !mayLack) {
      const only = found.passedOver.length === 0 ? "" : ` but ${countKinds(found.passedOver)}`;
      throw new InputError(
        `${show(join(folder, name))} holds no picture (${READ_KINDS})${only}. Put some there, or take the folder away.`,
      );
    }
    for (const path of found.paths) files.push({ path, label });
    passedOver.push(...found.passedOver);
  }
  if (files.length === 0) throw new InputError(`${show(folder)} holds no images in folders named after the classes.`);
  if (passedOver.length === 0) return { files, notes: [] };
  const all = files.length + passedOver.length;
  const note = `${show(folder)}: ${passedOver.length} of ${all} files passed over: ${countKinds(passedOver)}. `;
  return { files, notes: [`${note}${READ_KINDS} are read.`] };
}

async function classesIn(train: string, folder: string): Promise<string[]> {
  const names = await foldersIn(train);
  if (!(await stat(folder).catch(() => undefined))) throw new InputError(`${show(folder)}: there is no such folder.`);
  if (names.length > 0) return names;
  throw new InputError(
    `${show(folder)} has no folders train/CLASS with pictures. Lay it out as train/CLASS/*.png and test/CLASS/*.png.`,
  );
}

async function firstFolder(folders: readonly string[], folder: string): Promise<string> {
  for (const path of folders) if ((await stat(path).catch(() => undefined))?.isDirectory()) return path;
  throw new InputError(`${show(folder)} has no folder test (or val) beside train. Put the images to judge by there.`);
}

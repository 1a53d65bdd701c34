import { readdir, stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { breathe, checkWhole, InputError, readInput, show, type LongWork } from "@kwta/core";
import { resize } from "./resize.ts";
import type { Dataset, Split } from "../dataset.ts";
import { decodeImage, type DecodedImage } from "./decode-image.node.ts";

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

const KINDS = new Set([".jpeg", ".jpg", ".png"]);
const TEST_NAMES = ["test", "val", "valid", "validation"];

/**
 * Reads pictures from folders: `train/CLASS/*.png` and `test/CLASS/*.png` (or `val`), PNG or JPEG. The classes are the
 * folders of `train` in alphabetical order, the samples the files in theirs; other files are passed over.
 *
 * @throws InputError when a folder is missing, a class has no pictures, a picture is damaged or of another size
 */
export async function readImageFolder(folder: string, options: ImageFolderOptions = {}): Promise<Dataset> {
  const { imageSize, channels = 3 } = options;
  imageSize?.forEach((side) => checkWhole("A side of the images", side, 1, 4096));
  const train = join(folder, "train");
  const classNames = await subfolders(train, folder);
  const test = await firstFolder(
    TEST_NAMES.map((name) => join(folder, name)),
    folder,
  );
  const shared = { classNames, imageSize, channels, work: options };
  const first = await readSplit({ ...shared, folder: train, mayLack: false });
  const second = await readSplit({ ...shared, folder: test, mayLack: true, shape: first.shape });
  return {
    name: "folder",
    shape: first.shape,
    classNames,
    train: first,
    test: second,
    source: { kind: "images", folder: resolve(folder) },
  };
}

interface SplitSettings {
  readonly folder: string;
  readonly classNames: readonly string[];
  readonly imageSize: readonly [number, number] | undefined;
  readonly channels: 1 | 3;
  /** Whether a class may be missing. */
  readonly mayLack: boolean;
  /** That the pictures must have; that of the first picture otherwise. */
  readonly shape?: Split["shape"];
  readonly work: LongWork;
}

async function readSplit(settings: SplitSettings): Promise<Split> {
  const { folder, channels, work } = settings;
  const files = await listFiles(settings);
  let shape = settings.shape;
  let images = new Uint8Array(0);
  for (const [i, { path }] of files.entries()) {
    await breathe(work.signal);
    const picture = fit(await decodeImage(await readInput(path), show(path)), settings);
    shape ??= [picture.height, picture.width, channels];
    if (picture.height !== shape[0] || picture.width !== shape[1]) {
      throw new InputError(
        `${show(path)} has ${picture.height} x ${picture.width} pixels, the first picture ${shape[0]} x ${shape[1]}. ` +
          "Give imageSize to have all scaled to one size.",
      );
    }
    const stride = shape[0] * shape[1] * channels;
    if (i === 0) images = new Uint8Array(files.length * stride);
    images.set(picture.data, i * stride);
    work.onProgress?.({ task: `read ${folder}`, done: i + 1, total: files.length, unit: "image" });
  }
  return {
    shape: shape!,
    size: files.length,
    images,
    labels: Uint8Array.from(files, ({ label }) => label),
    ids: Int32Array.from(files, (_, i) => i),
  };
}

async function listFiles({ folder, classNames, mayLack }: SplitSettings): Promise<{ path: string; label: number }[]> {
  const strange = (await foldersIn(folder)).find((name) => !classNames.includes(name));
  if (strange !== undefined) {
    throw new InputError(
      `${show(join(folder, strange))} is a class without training images. Add some or take it away.`,
    );
  }
  const files: { path: string; label: number }[] = [];
  for (const [label, name] of classNames.entries()) {
    const names = (await readdir(join(folder, name)).catch(() => [])).filter((file) =>
      KINDS.has(extname(file).toLowerCase()),
    );
    if (names.length === 0 && !mayLack) {
      throw new InputError(
        `${show(join(folder, name))} holds no PNG or JPEG. Put some there, or take the folder away.`,
      );
    }
    for (const file of names.sort()) files.push({ path: join(folder, name, file), label });
  }
  if (files.length === 0) throw new InputError(`${show(folder)} holds no images in folders named after the classes.`);
  return files;
}

/** The middle of a picture in the wanted proportion, scaled; grey or colour as wanted. */
function fit(picture: DecodedImage, { imageSize, channels }: SplitSettings): DecodedImage {
  const coloured = toChannels(picture, channels);
  if (!imageSize) return coloured;
  const [height, width] = imageSize;
  const scale = Math.min(coloured.height / height, coloured.width / width);
  const middle = cutMiddle(coloured, Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale)));
  return { height, width, channels, data: resize(middle, height, width) };
}

function toChannels(picture: DecodedImage, channels: 1 | 3): DecodedImage {
  const { data } = picture;
  if (picture.channels === channels) return picture;
  const out = new Uint8Array((data.length / picture.channels) * channels);
  for (let i = 0; i < data.length / picture.channels; i++) {
    // Luma of ITU-R BT.601, in the whole numbers of Pillow and libjpeg.
    if (channels === 1)
      out[i] = (19595 * data[3 * i]! + 38470 * data[3 * i + 1]! + 7471 * data[3 * i + 2]! + 32768) >> 16;
    else out.fill(data[i]!, 3 * i, 3 * i + 3);
  }
  return { ...picture, channels, data: out };
}

function cutMiddle(picture: DecodedImage, height: number, width: number): DecodedImage {
  const { channels } = picture;
  const top = Math.floor((picture.height - height) / 2);
  const left = Math.floor((picture.width - width) / 2);
  const data = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * channels;
    data.set(picture.data.subarray(from, from + width * channels), y * width * channels);
  }
  return { height, width, channels, data };
}

async function subfolders(train: string, folder: string): Promise<string[]> {
  const names = await foldersIn(train);
  if (!(await stat(folder).catch(() => undefined))) throw new InputError(`${show(folder)}: there is no such folder.`);
  if (names.length === 0) {
    throw new InputError(
      `${show(folder)} has no folders train/CLASS with pictures. Lay it out as train/CLASS/*.png and test/CLASS/*.png.`,
    );
  }
  if (names.length > 256) throw new InputError(`${show(train)} holds ${names.length} classes; 256 are the most.`);
  return names;
}

async function firstFolder(folders: readonly string[], folder: string): Promise<string> {
  for (const path of folders) if ((await stat(path).catch(() => undefined))?.isDirectory()) return path;
  throw new InputError(`${show(folder)} has no folder test (or val) beside train. Put the images to judge by there.`);
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  return names.map(({ name }) => name).sort();
}

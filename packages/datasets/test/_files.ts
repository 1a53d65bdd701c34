import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder with the given files, gone when the test ends. */
export async function folderWith(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kwta-datasets-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** A CIFAR-10 file: record `i` has label `i % 10`, byte `j` of its planes is `(7 * i + j + salt) % 256`. */
export function cifarBytes(size: number, salt = 0): Uint8Array {
  const bytes = new Uint8Array(size * 3073);
  for (let i = 0, at = 0; i < size; i++) {
    bytes[at++] = i % 10;
    for (let j = 0; j < 3072; j++) bytes[at++] = 7 * i + j + salt;
  }
  return bytes;
}

/** The six files of CIFAR-10 with a few records each. */
export function cifarFiles(folder = ""): Record<string, Uint8Array | string> {
  const files: Record<string, Uint8Array | string> = { [`${folder}test_batch.bin`]: cifarBytes(10, 99) };
  for (let i = 1; i <= 5; i++) files[`${folder}data_batch_${i}.bin`] = cifarBytes(20, i);
  files[`${folder}batches.meta.txt`] = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";
  return files;
}

/** An IDX file of bytes. */
export function idxBytes(shape: readonly number[], data: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((n, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, n));
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

/** The four files of MNIST with a few samples each, before any renaming or packing. */
export function mnistFiles(): Record<
  "train-images-idx3-ubyte" | "train-labels-idx1-ubyte" | "t10k-images-idx3-ubyte" | "t10k-labels-idx1-ubyte",
  Uint8Array<ArrayBuffer>
> {
  const images = (n: number, salt: number) =>
    idxBytes(
      [n, 28, 28],
      Uint8Array.from({ length: n * 784 }, (_, i) => (i * 31 + salt) % 251),
    );
  const labels = (n: number) =>
    idxBytes(
      [n],
      Array.from({ length: n }, (_, i) => i % 10),
    );
  return {
    "train-images-idx3-ubyte": images(30, 1),
    "train-labels-idx1-ubyte": labels(30),
    "t10k-images-idx3-ubyte": images(20, 2),
    "t10k-labels-idx1-ubyte": labels(20),
  };
}

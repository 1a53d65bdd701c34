import { gzipSync } from "node:zlib";
import { AbortedError } from "@kwta/core";
import { afterEach, expect, test, vi } from "vitest";
import { DATASET_SOURCES, fetchDataset, type DatasetSource } from "../src/index.ts";
import { downloadSource, loadDataset, readCifar10, readFashionMnist, readMnist } from "../src/index.node.ts";
import { cifarFiles, folderWith, mnistFiles } from "./_files.ts";
import { describeFile, serve } from "./_server.ts";
import { tgz } from "./_tar.ts";

afterEach(() => vi.unstubAllGlobals());

const gz = Object.fromEntries(
  Object.entries(mnistFiles()).map(([name, content]) => [`${name}.gz`, new Uint8Array(gzipSync(content))]),
);

function sourceAt(url: string, files: Record<string, Uint8Array> = gz): DatasetSource {
  const list = Object.entries(files).map(([name, content]) => describeFile(name, content, [`${url}/${name}`]));
  return { homepage: "https://example.org", folder: "mnist", files: list };
}

/** What a browser has: named caches of responses. */
function fakeCaches() {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const cache = {
    match: async (key: string) => (kept.has(key) ? new Response(kept.get(key)!) : undefined),
    put: async (key: string, response: Response) => void kept.set(key, new Uint8Array(await response.arrayBuffer())),
    delete: async (key: string) => kept.delete(key),
  };
  vi.stubGlobal("caches", { open: async () => cache });
  return kept;
}

test("files are fetched, checked and kept in the cache; damage in there is noticed", async () => {
  const kept = fakeCaches();
  const server = await serve(gz);
  const source = sourceAt(server.url);
  const read = await readMnist(await folderWith(gz));
  for (let i = 0; i < 2; i++) {
    const { train, test: held, source: from } = await fetchDataset("mnist", { source });
    expect(Buffer.compare(train.images, read.train.images)).toBe(0);
    expect(Buffer.compare(held.images, read.test.images)).toBe(0);
    expect([train.labels, held.labels]).toEqual([read.train.labels, read.test.labels]);
    expect(from).toEqual({ kind: "fetched", homepage: "https://example.org" });
    expect(server.requests).toHaveLength(4);
  }
  const [key] = kept.keys();
  kept.get(key!)![100]! ^= 1;
  await fetchDataset("mnist", { source });
  expect(server.requests).toHaveLength(5);
  await fetchDataset("mnist", { source, cache: null });
  expect(server.requests).toHaveLength(9);
});

test("an archive is unpacked in memory", async () => {
  const files = Object.entries(cifarFiles("cifar-10-batches-bin/")).map(([name, content]) => ({
    name,
    content: Buffer.from(content),
  }));
  const archive = tgz(files);
  const server = await serve({ "a.tar.gz": archive });
  const source = sourceAt(server.url, { "a.tar.gz": archive });
  const [file] = source.files;
  const data = await fetchDataset("cifar10", {
    source: { ...source, files: [{ ...file!, unpack: DATASET_SOURCES.cifar10.files[0]!.unpack! }] },
  });
  const read = await readCifar10(await folderWith(cifarFiles()));
  expect(Buffer.compare(data.train.images, read.train.images)).toBe(0);
  expect([data.train.labels, data.test.size, data.classNames]).toEqual([read.train.labels, 10, read.classNames]);
});

test("mirrors come first; what is wrong or cannot be had is named", async () => {
  const mirror = await serve(gz);
  await fetchDataset("mnist", { source: sourceAt("http://127.0.0.1:1"), mirrors: [mirror.url] });
  expect(mirror.requests).toHaveLength(4);
  const other = await serve({
    ...gz,
    "train-images-idx3-ubyte.gz": new Uint8Array(gz["train-images-idx3-ubyte.gz"]!.length),
  });
  const empty = await serve({});
  await expect(fetchDataset("mnist", { source: sourceAt(empty.url), mirrors: [other.url] })).rejects.toThrow(
    /Cannot fetch train-images-idx3-ubyte.gz: .*its SHA-256 is .*; .*the server says 404\. Put a copy/,
  );
  const longer = await serve({ ...gz, "train-images-idx3-ubyte.gz": new Uint8Array(1 << 20) });
  await expect(fetchDataset("mnist", { source: sourceAt(longer.url) })).rejects.toThrow(/sends more than/);
  await expect(fetchDataset("glyphs28")).rejects.toThrow(/Unknown data set to fetch "glyphs28"/);
  const source = sourceAt(empty.url);
  await expect(fetchDataset("svhn", { source: { ...source, files: [] } })).rejects.toThrow(
    /not laid out in a way that is known/,
  );
  await expect(fetchDataset("mnist", { source, signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
});

test("Fashion-MNIST has MNIST's files in a folder of its own", async () => {
  const folder = await folderWith(
    Object.fromEntries(Object.entries(gz).map(([name, content]) => [`fashion-mnist/${name}`, content])),
  );
  const data = await readFashionMnist(folder);
  expect([data.name, data.train.size, data.classNames[9]]).toEqual(["fashion-mnist", 30, "Ankle boot"]);
  await expect(loadDataset("mnist", { dataDir: folder })).rejects.toThrow(/No MNIST in/);
});

test("loadDataset downloads only what is not there", async () => {
  const folder = await folderWith(
    Object.fromEntries(Object.entries(gz).map(([name, content]) => [`mnist/${name}`, content])),
  );
  expect((await loadDataset("mnist", { dataDir: folder, download: true })).train.size).toBe(30);
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("fetch failed", { cause: { code: "ENOTFOUND" } });
  });
  const empty = await folderWith({});
  await expect(downloadSource(sourceAt("http://x.invalid"), { dataDir: empty, retryDelay: 1 })).rejects.toThrow(
    /this machine may be offline; *|may be offline\. Try again/,
  );
});

import { randomBytes } from "node:crypto";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { AbortedError, InputError } from "@kwta/core";
import { expect, test } from "vitest";
import { DATASET_SOURCES, type DatasetSource, type SourceFile } from "../src/index.ts";
import { dataFolder, downloadDataset, downloadSource, readCifar10, verifySource } from "../src/index.node.ts";
import { cifarFiles, folderWith } from "./_files.ts";
import { breakAfter, describeFile, good, serve, type Answer } from "./_server.ts";
import { untar } from "../src/archives/untar.ts";
import { fixture } from "./_fixture.ts";
import { fuzz } from "./_fuzz.ts";
import { tarBytes, tgz } from "./_tar.ts";

const CONTENT = new Uint8Array(randomBytes(300_000));

function sourceOf(...files: SourceFile[]): DatasetSource {
  return { homepage: "", folder: "set", files };
}

/** Downloads `CONTENT` from a server that gives these answers; a folder may hold the beginning of a transfer. */
async function get(answers: Answer[], before: Record<string, Uint8Array> = {}, served: Uint8Array = CONTENT) {
  const server = await serve({ "a.bin": served }, answers);
  const dataDir = await folderWith(before);
  const file = describeFile("a.bin", CONTENT, [`${server.url}/a.bin`]);
  const done: number[] = [];
  const options = { dataDir, retryDelay: 1, onProgress: (progress: { done: number }) => done.push(progress.done) };
  const work = downloadSource(sourceOf(file), options);
  return {
    server,
    dataDir,
    done,
    work,
    path: join(dataDir, "set/a.bin"),
    again: () => downloadSource(sourceOf(file), options),
  };
}

test("a file is fetched once, checked, and nothing else is left", async () => {
  const { work, server, path, done, dataDir, again } = await get([]);
  expect(await work).toBe(join(dataDir, "set"));
  expect(Buffer.compare(await readFile(path), CONTENT)).toBe(0);
  expect(await readdir(join(dataDir, "set"))).toEqual(["a.bin"]);
  expect(done.at(-1)).toBe(CONTENT.length);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  await again();
  expect(server.requests).toEqual(["GET /a.bin"]);
});

test("a transfer that breaks is gone on with where it broke, as often as it gets on", async () => {
  const sent = [50_000, 100_000, 40_000, 60_000, 20_000];
  const { work, server, path } = await get(sent.map(breakAfter));
  await work;
  expect(Buffer.compare(await readFile(path), CONTENT)).toBe(0);
  const starts = server.requests.map((request) => Number(/bytes=(\d+)/.exec(request)?.[1] ?? 0));
  expect(starts).toHaveLength(6);
  // The end of what was sent may be lost where a connection breaks; on a busy machine, all of it now and then.
  const got = sent.map((_, i) => starts[i + 1]! - starts[i]!);
  expect(got.filter((bytes) => bytes > 0).length).toBeGreaterThan(2);
  got.forEach((bytes, i) => {
    expect(bytes).toBeGreaterThanOrEqual(0);
    expect(bytes).toBeLessThanOrEqual(sent[i]!);
  });
});

test("what an earlier process has got is gone on with; a server without ranges starts anew", async () => {
  const part = { "set/a.bin.part": CONTENT.slice(0, 123_456) };
  const first = await get([], part);
  await first.work;
  expect(first.server.requests).toEqual(["GET /a.bin bytes=123456-"]);
  const whole: Answer = (_, response, content) => void response.writeHead(200).end(content);
  const second = await get([whole], part);
  await second.work;
  for (const { path } of [first, second]) expect(Buffer.compare(await readFile(path), CONTENT)).toBe(0);
});

test("a beginning of something else is found out by the digest and fetched again", async () => {
  const { work, server, path } = await get([], { "set/a.bin.part": new Uint8Array(1000) });
  await work;
  expect(server.requests).toEqual(["GET /a.bin bytes=1000-", "GET /a.bin"]);
  expect(Buffer.compare(await readFile(path), CONTENT)).toBe(0);
});

test.each<[string, Answer[], RegExp, Uint8Array?]>([
  [
    "another file of that length",
    [],
    /what came is not the file \(its SHA-256 is .{64}, not .{64}\)/,
    new Uint8Array(300_000),
  ],
  ["a page instead", [], /what is there has 13 bytes, the file has 300000/, Buffer.from("<html></html>")],
  ["too much", [(_, response) => void response.end(new Uint8Array(300_001))], /300001 bytes|more than the 300000/],
  [
    "too much, unannounced",
    [
      (_, response) => {
        response.write(CONTENT);
        response.end(CONTENT);
      },
    ],
    /more than the 300000/,
  ],
  ["404", [(_, response) => void response.writeHead(404, "Not Found").end()], /the server says 404 Not Found/],
  [
    "500, again and again",
    Array.from({ length: 3 }, (): Answer => (_, response) => void response.writeHead(500).end()),
    /the server says 500/,
  ],
  [
    "no bytes, again and again",
    Array.from({ length: 3 }, () => breakAfter(0)),
    /connection broke|terminated|aborted|other side/,
  ],
] as const)("%s: a clear error, nothing left behind", async (_, answers, words, served) => {
  const { work, dataDir } = await get([...answers], {}, served);
  await expect(work).rejects.toThrow(InputError);
  await expect(work).rejects.toThrow(words);
  await expect(work).rejects.toThrow(/put the file itself at ".*a\.bin" \(300000 bytes, SHA-256/);
  expect(await readdir(dataDir)).toEqual([]);
});

test("offline: each place is named, and which file to put where", async () => {
  const dataDir = await folderWith({});
  const closed = await serve({});
  const file = describeFile("a.bin", CONTENT, [
    "http://name.invalid/a.bin",
    "http://127.0.0.1:1/a.bin",
    `${closed.url}/a.bin`,
  ]);
  const work = downloadSource(sourceOf(file), { dataDir, retryDelay: 1 });
  await expect(work).rejects.toThrow(
    /Cannot download a\.bin: http:\/\/name\.invalid\/a\.bin: .*(cannot be resolved|bad port|nobody).*; http:\/\/127\.0\.0\.1:1\/a\.bin: .*; .*the server says 404/,
  );
  await expect(work).rejects.toThrow(
    new RegExp(`put the file itself at "${join(dataDir, "set", "a.bin")}" .*${file.sha256}`),
  );
});

test("mirrors come first, the official place stands in for them", async () => {
  const official = await serve({ "x/a.bin": CONTENT });
  const mirror = await serve({ "m/a.bin": CONTENT });
  const empty = await serve({});
  const file = describeFile("a.bin", CONTENT, [`${official.url}/x/a.bin`]);
  await downloadSource(sourceOf(file), { dataDir: await folderWith({}), mirrors: [empty.url, `${mirror.url}/m/`] });
  expect([empty.requests, mirror.requests, official.requests]).toEqual([["GET /a.bin"], ["GET /m/a.bin"], []]);
  await downloadSource(sourceOf(file), { dataDir: await folderWith({}), mirrors: [empty.url] });
  expect(official.requests).toEqual(["GET /x/a.bin"]);
});

test("what somebody put there is used when it is right, and never replaced", async () => {
  const right = await get([], { "set/a.bin": CONTENT });
  await right.work;
  const wrong = await get([], { "set/a.bin": new Uint8Array(7) });
  await expect(wrong.work).rejects.toThrow(
    /a\.bin" is not the published file: it has 7 bytes, not 300000\. Move it away/,
  );
  expect([right.server.requests, wrong.server.requests]).toEqual([[], []]);
  expect((await readFile(wrong.path)).length).toBe(7);
});

test("a download stops on request and is gone on with", async () => {
  const slow: Answer = (_, response, content) => {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 100_000));
  };
  const server = await serve({ "a.bin": CONTENT }, [slow]);
  const dataDir = await folderWith({});
  const source = sourceOf(describeFile("a.bin", CONTENT, [`${server.url}/a.bin`]));
  const controller = new AbortController();
  const onProgress = ({ done }: { done: number }) => {
    if (done === 100_000) setTimeout(() => controller.abort(), 50);
  };
  await expect(downloadSource(source, { dataDir, signal: controller.signal, onProgress })).rejects.toThrow(
    AbortedError,
  );
  expect(await readdir(join(dataDir, "set"))).toEqual(["a.bin.part"]);
  await downloadSource(source, { dataDir });
  expect(server.requests[1]).toBe("GET /a.bin bytes=100000-");
});

test("two at once: one downloads, the other waits and finds it done", async () => {
  const slow: Answer = (request, response, content) => void setTimeout(() => good(request, response, content), 200);
  const server = await serve({ "a.bin": CONTENT }, [slow]);
  const dataDir = await folderWith({});
  const source = sourceOf(describeFile("a.bin", CONTENT, [`${server.url}/a.bin`]));
  let waits = 0;
  await Promise.all([1, 2, 3].map(() => downloadSource(source, { dataDir, onWait: () => waits++ })));
  expect([server.requests.length, waits]).toEqual([1, 2]);
  expect(await readdir(join(dataDir, "set"))).toEqual(["a.bin"]);
});

test("who stops waits no longer for another process", async () => {
  const server = await serve({ "a.bin": CONTENT });
  const source = sourceOf(describeFile("a.bin", CONTENT, [`${server.url}/a.bin`]));
  const lock = JSON.stringify({ id: "y", pid: 1, host: "another-machine" });
  const dataDir = await folderWith({ "set/.kwta.lock": lock });
  const controller = new AbortController();
  const waiting = downloadSource(source, {
    dataDir,
    signal: controller.signal,
    onWait: () => setTimeout(() => controller.abort(), 150),
  });
  await expect(waiting).rejects.toThrow(AbortedError);
  await utimes(join(dataDir, "set/.kwta.lock"), 0, 0);
  await downloadSource(source, { dataDir });
  expect(await readdir(join(dataDir, "set"))).toEqual(["a.bin"]);
});

test("a mirror that is no address is refused at once", async () => {
  const dataDir = await folderWith({});
  const refused = downloadSource(sourceOf(describeFile("a.bin", CONTENT, [])), { dataDir, mirrors: ["foo"] });
  await expect(refused).rejects.toThrow(/The mirror "foo" is no address/);
  expect(await readdir(dataDir)).toEqual([]);
});

/** An archive as CIFAR-10's, with the given entries instead. */
async function getArchive(archive: Uint8Array, unpack: Record<string, number>) {
  const server = await serve({ "a.tar.gz": archive });
  const source = sourceOf({ ...describeFile("a.tar.gz", archive, [`${server.url}/a.tar.gz`]), unpack });
  const dataDir = await folderWith({});
  return { dataDir, source, server, download: () => downloadSource(source, { dataDir }) };
}

test("an archive becomes its files, which can be read and verified", async () => {
  const files = Object.entries(cifarFiles("cifar-10-batches-bin/")).map(([name, content]) => ({
    name,
    content: Buffer.from(content),
  }));
  const archive = tgz([
    { name: "cifar-10-batches-bin/", type: "5" },
    { name: "cifar-10-batches-bin/readme.html", content: Buffer.from("hello") },
    ...files,
  ]);
  const { dataDir, source, server, download } = await getArchive(archive, DATASET_SOURCES.cifar10.files[0]!.unpack!);
  await download();
  const names = [...files.map(({ name }) => name.split("/")[1]!), "kwta-unpacked.json"].sort();
  expect((await readdir(join(dataDir, "set"))).sort()).toEqual(names);
  expect((await readCifar10(join(dataDir, "set"))).train.size).toBe(100);
  expect((await verifySource(source, { dataDir })).map(({ state }) => state)).toEqual(new Array(7).fill("verified"));
  await download();
  expect(server.requests).toHaveLength(1);

  await writeFile(join(dataDir, "set/test_batch.bin"), new Uint8Array(3073));
  const states = Object.fromEntries(
    (await verifySource(source, { dataDir })).map(({ path, state }) => [path.split("/").at(-1), state]),
  );
  expect([states["test_batch.bin"], states["data_batch_1.bin"]]).toEqual(["different", "verified"]);
  await writeFile(join(dataDir, "set/kwta-unpacked.json"), "{}");
  expect((await verifySource(source, { dataDir }))[0]!.state).toBe("unknown");
});

const wanted = { "d/a": 10 };
const a = { name: "d/a", content: Buffer.from("0123456789") };
test.each<[string, Uint8Array, RegExp]>([
  [
    "a name that climbs out",
    tgz([a, { name: "d/../../evil", content: Buffer.from("x") }]),
    /would lie outside: "d\/\.\.\/\.\.\/evil"/,
  ],
  ["an absolute name", tgz([{ name: "/tmp/evil", content: Buffer.from("x") }, a]), /would lie outside: "\/tmp\/evil"/],
  ["a Windows name", tgz([{ name: "C:\\evil" }, a]), /would lie outside/],
  ["a symbolic link", tgz([{ name: "d/a", type: "2" }]), /link or a device/],
  ["a hard link", tgz([{ name: "d/l", type: "1" }, a]), /link or a device/],
  ["a device", tgz([{ name: "d/dev", type: "3" }, a]), /link or a device/],
  ["a file that is too large", tgz([{ name: "d/a", content: Buffer.alloc(11) }]), /has 11 bytes, more than the 10/],
  ["the same file twice", tgz([a, a]), /holds "d\/a" twice/],
  ["a missing file", tgz([{ name: "d/b", content: Buffer.from("x") }]), /lacks d\/a/],
  ["a length beyond the end", tgz([{ name: "d/a", size: 1 << 30 }]), /"d\/a" is cut short/],
  ["a damaged header", tgz([a]).map((byte) => byte), /./],
  ["far too much", tgz([{ name: "d/b", content: Buffer.alloc(3 << 20) }, a]), /unpacks to more/],
  ["no gzip", Buffer.from("hello, this is no archive"), /not a usable gzip file/],
] as [string, Uint8Array, RegExp][])(
  "an archive with %s: a clear error, nothing unpacked",
  async (name, archive, words) => {
    if (name === "a damaged header") {
      const tar = tarBytes([a]);
      tar[3]! ^= 1;
      archive = gzipSync(tar);
      words = /checksum of a header/;
    }
    const { dataDir, download } = await getArchive(archive, wanted);
    const work = download();
    await expect(work).rejects.toThrow(InputError);
    await expect(work).rejects.toThrow(words);
    // The archive itself stays: it is the published one, byte for byte.
    expect(await readdir(join(dataDir, "set"))).toEqual(["a.tar.gz"]);
  },
);

test.each(["ustar", "gnu", "pax"])("what Python's tarfile wrote is unpacked: %s", (form) => {
  const found = untar(fixture(`${form}.tar`), wanted, "THE FILE");
  expect([...found].map(([name, content]) => [name, new TextDecoder().decode(content)])).toEqual([
    ["d/a", "0123456789"],
  ]);
});

test("names in a tar may begin with ./ or be split in two", () => {
  const dotted = untar(tarBytes([{ ...a, name: "./d/a" }]), wanted, "THE FILE");
  expect([...dotted.keys()]).toEqual(["d/a"]);
  const split = tarBytes([{ ...a, name: "a" }]);
  split.set(Buffer.from("d"), 345);
  split.set(
    Buffer.from(
      `${split
        .subarray(0, 512)
        .reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
    ),
    148,
  );
  expect([...untar(split, wanted, "THE FILE").keys()]).toEqual(["d/a"]);
});

test("damage anywhere in a tar ends in the wanted file or an InputError", () => {
  const tar = tarBytes([{ name: "d/", type: "5" }, { name: "d/b", content: Buffer.from("other") }, a]);
  const refused = fuzz(
    tar,
    400,
    (bytes) => untar(new Uint8Array(bytes), wanted, "THE FILE"),
    (found) => expect([found.size, found.get("d/a")!.length <= 10]).toEqual([1, true]),
  );
  expect(refused).toBeGreaterThan(200);
});

test("the known sources are whole: https or known, two digests, and where they are from", async () => {
  for (const { files, homepage } of Object.values(DATASET_SOURCES)) {
    expect(homepage).toMatch(/^https?:/);
    for (const { urls, bytes, sha256, md5, digestsFrom } of files) {
      expect([sha256, md5, bytes > 4000]).toEqual([
        expect.stringMatching(/^[0-9a-f]{64}$/),
        expect.stringMatching(/^[0-9a-f]{32}$/),
        true,
      ]);
      expect(urls.length).toBeGreaterThan(0);
      expect(digestsFrom.join(" ")).toMatch(/MD5.*SHA-256/);
    }
  }
  const digests = Object.values(DATASET_SOURCES).flatMap(({ files }) => files.map(({ sha256 }) => sha256));
  // SVHN's two files are also in svhn-extra.
  expect(new Set(digests).size).toBe(digests.length - 2);
  await expect(downloadDataset("glyphs28")).rejects.toThrow(/Unknown data set to download "glyphs28"/);
});

test("the data folder follows KWTA_DATA_DIR, XDG and the customs of each system", () => {
  const home = { HOME: "/home/me" };
  expect(dataFolder({ ...home, KWTA_DATA_DIR: "data" }, "linux")).toBe("data");
  expect(dataFolder({ ...home, KWTA_DATA_DIR: "", XDG_CACHE_HOME: "/c" }, "linux")).toBe("/c/kwta/datasets");
  expect(dataFolder({ ...home, XDG_CACHE_HOME: "relative" }, "linux")).toBe("/home/me/.cache/kwta/datasets");
  expect(dataFolder(home, "linux")).toBe("/home/me/.cache/kwta/datasets");
  expect(dataFolder(home, "darwin")).toBe("/home/me/Library/Caches/kwta/datasets");
  expect(dataFolder({ ...home, LOCALAPPDATA: "/local" }, "win32")).toBe("/local/kwta/datasets");
});

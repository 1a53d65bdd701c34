import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith } from "./_files.ts";
import { describeFile, good, serve, type Answer } from "./_server.ts";

const built = new URL("../dist/index.node.js", import.meta.url);
const unbuilt = existsSync(built) ? "" : " (skipped: run `npm run build` first)";
const CONTENT = new Uint8Array(randomBytes(400_000));

/** Another process that downloads. */
function download(url: string, dataDir: string) {
  const source = { homepage: "", folder: "set", files: [describeFile("a.bin", CONTENT, [`${url}/a.bin`])] };
  const program = `
    import { downloadSource } from ${JSON.stringify(built.href)};
    const [source, options] = JSON.parse(process.argv[1]);
    await downloadSource(source, { ...options, onWait: () => console.log("waits") });`;
  const options = { dataDir, retryDelay: 1 };
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, JSON.stringify([source, options])]);
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, output })),
  );
  return { child, ended };
}

test.skipIf(unbuilt !== "")(`processes do not fight over a download${unbuilt}`, async () => {
  const slow: Answer = (request, response, content) => void setTimeout(() => good(request, response, content), 700);
  const server = await serve({ "a.bin": CONTENT }, [slow]);
  const dataDir = await folderWith({});
  const ends = await Promise.all([1, 2, 3].map(() => download(server.url, dataDir).ended));
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(server.requests).toEqual(["GET /a.bin"]);
  expect(await readdir(join(dataDir, "set"))).toEqual(["a.bin"]);
});

test.skipIf(unbuilt !== "")(
  `the next process takes over from one that was killed, lock and beginning${unbuilt}`,
  async () => {
    const stuck: Answer = (_, response, content) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 150_000));
    };
    const server = await serve({ "a.bin": CONTENT }, [stuck]);
    const dataDir = await folderWith({});
    const first = download(server.url, dataDir);
    const part = join(dataDir, "set/a.bin.part");
    while (!existsSync(part) || (await readFile(part)).length < 150_000) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    first.child.kill("SIGKILL");
    await first.ended;
    expect((await readdir(join(dataDir, "set"))).sort()).toEqual([".kwta.lock", "a.bin.part"]);
    expect((await download(server.url, dataDir).ended).code).toBe(0);
    expect(server.requests[1]).toBe("GET /a.bin bytes=150000-");
    expect(await readdir(join(dataDir, "set"))).toEqual(["a.bin"]);
    expect(Buffer.compare(await readFile(join(dataDir, "set/a.bin")), CONTENT)).toBe(0);
  },
);

import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findPage } from "../src/commands/serve.ts";
import { serveFolder, type StaticServer } from "../src/static-server.ts";
import { built, emptyFolder, kwta } from "./kwta.ts";

let server: StaticServer;

const PLAIN = "export const same = 1;".repeat(100);

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "kwta-serve-"));
  await mkdir(join(folder, "page", "assets"), { recursive: true });
  await mkdir(join(folder, "page-secret"));
  const files = {
    "secret.txt": "secret",
    "page-secret/secret.txt": "secret",
    "page/index.html": "<!doctype html>",
    "page/assets/a b.js": "1",
    "page/assets/tfjs.wasm": "\0asm",
    "page/assets/net.safetensors": "net",
    "page/assets/index-B1a_-x9Z.js": PLAIN,
    "page/assets/index-B1a_-x9Z.js.gz": gzipSync(PLAIN),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  server = await serveFolder(join(folder, "page"), { port: 0 });
});

afterAll(() => server.close());

/** As it stands: `fetch` would tidy the path up. */
function ask(path: string, method = "GET"): Promise<{ status: number; type: string; body: string; isolated: boolean }> {
  const { hostname, port } = new URL(server.address);
  return new Promise((done, fail) => {
    const asked = request({ hostname, port, path, method }, (response) => {
      let body = "";
      response.on("data", (part: Buffer) => (body += part.toString()));
      response.on("end", () => {
        const { headers } = response;
        const opener = headers["cross-origin-opener-policy"] === "same-origin";
        const isolated = opener && headers["cross-origin-embedder-policy"] === "require-corp";
        done({ status: response.statusCode!, type: headers["content-type"] ?? "", body, isolated });
      });
    });
    asked.on("error", fail).end();
  });
}

test.each([
  ["/", "text/html;charset=utf-8", "<!doctype html>"],
  ["/?a=1", "text/html;charset=utf-8", "<!doctype html>"],
  ["/assets/a%20b.js", "text/javascript", "1"],
  ["/assets/tfjs.wasm", "application/wasm", "\0asm"],
  ["/assets/net.safetensors", "application/octet-stream", "net"],
])("%s comes as %s, with the headers that threads need", async (path, type, body) => {
  expect(await ask(path)).toEqual({ status: 200, type, body, isolated: true });
  expect(await ask(path, "HEAD")).toEqual({ status: 200, type, body: "", isolated: true });
});

test.each([
  "/../secret.txt",
  "/../page-secret/secret.txt",
  "/assets/../../secret.txt",
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/..%5csecret.txt",
  "//secret.txt",
  "/%00",
  "/%",
  "/assets",
  "/nothing.js",
])("%s is no file of the page", async (path) => {
  const { status, body } = await ask(path);
  expect([status, body]).toEqual([404, "There is no such file.\n"]);
});

test("what a build has hashed comes compressed and once for all; anything else is asked for again, and not sent again", async () => {
  const { headers } = await fetch(`${server.address}assets/index-B1a_-x9Z.js`);
  expect(Object.fromEntries(headers)).toMatchObject({
    "cache-control": "public, max-age=31536000, immutable",
    "content-encoding": "gzip",
    "content-length": String(gzipSync(PLAIN).length),
  });
  const page = await fetch(server.address);
  expect(page.headers.get("cache-control")).toBe("no-cache");
  const again = await fetch(server.address, { headers: { "If-None-Match": page.headers.get("etag")! } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  // Without them a browser that has kept the page would lose its threads.
  expect(Object.fromEntries(again.headers)).toMatchObject({
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  });
});

test("nothing can be sent to it", async () => {
  expect(await ask("/", "POST")).toMatchObject({ status: 405, body: "Only GET and HEAD are served.\n" });
});

test("a port in use, an address of another machine and a page that is not built are explained", async () => {
  const port = Number(new URL(server.address).port);
  await expect(serveFolder(await emptyFolder(), { port })).rejects.toThrow(
    `Port ${port} is in use by another program. Choose another one: kwta serve --port ${port + 1}.`,
  );
  await expect(serveFolder(await emptyFolder(), { port: 0, host: "192.0.2.1" })).rejects.toThrow(
    "This machine has no address 192.0.2.1.",
  );
  const folder = await emptyFolder();
  expect(() => findPage(folder)).toThrow("The page has not been built. Run `npm run build`");
});

test.skipIf(!built)(
  `kwta serve tells its address and ends by Ctrl-C${built ? "" : " (skipped: run `npm run build` first)"}`,
  async () => {
    const free = await serveFolder(await emptyFolder(), { port: 0 });
    await free.close();
    const { port } = new URL(free.address);
    const { code, stdout, stderr } = await kwta(await emptyFolder(), ["serve", "--port", port], answers(free.address));
    expect([code, stderr]).toEqual([0, "Stopping. Press Ctrl-C again to leave at once.\n"]);
    expect(stdout).toBe(`The page is at ${free.address}  (Ctrl-C ends it)\n`);
  },
);

/** When a server does. */
async function answers(address: string): Promise<void> {
  while (!(await fetch(address).catch(() => undefined))?.ok) await new Promise((done) => setTimeout(done, 50));
}

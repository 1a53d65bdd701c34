// @ts-check
// Downloads a small archive from a server of its own into a folder, and unpacks it.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { InputError } from "@kwta/core";
import { downloadSource } from "@kwta/datasets";

/** @param {string} name @param {Uint8Array} content */
function tarEntry(name, content) {
  const entry = Buffer.alloc(512 + Math.ceil(content.length / 512) * 512);
  entry.write(name, 0);
  entry.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  entry.write("0", 156);
  entry.write("ustar\u000000", 257);
  entry.write("        ", 148);
  const sum = entry.subarray(0, 512).reduce((a, b) => a + b, 0);
  entry.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  Buffer.from(content).copy(entry, 512);
  return entry;
}

const files = new Map(["a.bin", "b.bin"].map((name, i) => [name, new Uint8Array(3000 + i).fill(65 + i)]));
const entries = [...files].map(([name, content]) => tarEntry(`set/${name}`, content));
const archive = gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));
const server = createServer((_, response) => response.end(archive));
await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const file = {
  name: "set.tar.gz",
  bytes: archive.length,
  sha256: createHash("sha256").update(archive).digest("hex"),
  digestsFrom: ["this program"],
  urls: [`http://127.0.0.1:${port}/set.tar.gz`],
  unpack: Object.fromEntries([...files].map(([name, content]) => [`set/${name}`, content.length])),
};
try {
  const source = { homepage: "", folder: "set", files: [file] };
  await downloadSource(source, { dataDir: process.argv[2], retryDelay: 1 });
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
} finally {
  server.closeAllConnections();
  server.close();
}

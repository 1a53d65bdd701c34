import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { InputError } from "@kwta/core";
import { runProgram } from "./run-program.node.ts";

/** A package on the npm registry, with the digest of its archive as `package-lock.json` has it. */
interface Pinned {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  /** Another package with the same files. */
  readonly twin?: string;
}

export const TFJS_NODE: Pinned = {
  name: "@tensorflow/tfjs-node",
  version: "4.22.0",
  twin: "@tensorflow/tfjs-node-gpu",
  integrity: "sha512-uHrXeUlfgkMxTZqHkESSV7zSdKdV0LlsBeblqkuKU9nnfxB1pC6DtoyYVaLxznzZy7WQSegjcohxxCjAf6Dc7w==",
};

export const NODE_API_HEADERS: Pinned = {
  name: "node-api-headers",
  version: "1.9.0",
  integrity: "sha512-2oNILP4jXwRB4ywnYKjVk1YyJ96n2D4EOVJO6S3oYZ5PtbJrw3Yt9TpAuX3nBLMuzn74rnfGQrv13pS9vC+YiA==",
};

/** The folder of the application's own copy; undefined where it has none of this version. */
export async function installedPackage({ name, version, twin }: Pinned): Promise<string | undefined> {
  for (const each of [name, ...(twin ? [twin] : [])]) {
    for (const from of [join(process.cwd(), "x.js"), import.meta.url]) {
      try {
        const path = createRequire(from).resolve(`${each}/package.json`);
        const found = JSON.parse(await readFile(path, "utf8")) as { version: string };
        if (found.version === version) return dirname(path);
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

/**
 * Fetches a package into a folder of its own, without its dependencies and without running its scripts.
 *
 * @param work a folder for what is not done yet
 * @throws InputError when it cannot be had
 */
export async function fetchPackage(
  pinned: Pinned,
  folder: string,
  work: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (existsSync(join(folder, "package.json"))) return;
  const id = `${pinned.name}@${pinned.version}`;
  await mkdir(work, { recursive: true });
  const packed = await runProgram(
    "npm",
    ["pack", id, "--ignore-scripts", "--json", "--loglevel=error", "--pack-destination", work],
    { signal, cwd: work },
  );
  if (packed.ended !== 0) throw new InputError(explainNpm(id, packed.ended, packed.stderr));
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf("["))) as [{ filename: string }];
  // Some versions of npm report a name with a slash and write one without.
  const archive = join(work, filename.replace("@", "").replace("/", "-"));
  const integrity = `sha512-${createHash("sha512")
    .update(await readFile(archive))
    .digest("base64")}`;
  if (integrity !== pinned.integrity) {
    throw new InputError(
      `What npm downloaded for ${id} is another file than the one published (${integrity}). Use another registry.`,
    );
  }
  const { ended, stderr } = await runProgram("tar", ["-xzf", archive, "-C", work], { signal });
  if (ended !== 0) throw new InputError(`tar cannot unpack ${id}: ${stderr.trim() || `it ended with ${ended}`}.`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await rename(join(work, "package"), folder);
  await rm(work, { recursive: true });
}

function explainNpm(id: string, ended: number | string, stderr: string): string {
  if (ended === "ENOENT") return `npm is not there to fetch ${id}. Install npm, or install ${id} in the application.`;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(stderr)) {
    return `npm cannot reach its registry for ${id}. Try again when this machine is online.`;
  }
  const line = stderr.trim().split("\n").at(0) ?? "";
  return `npm cannot fetch ${id} (${line || `it ended with ${ended}`}). Try again.`;
}

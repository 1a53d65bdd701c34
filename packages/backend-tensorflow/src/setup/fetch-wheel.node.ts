import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError, type LongWork } from "@kwta/core";
import { howToInstall } from "./advice.node.ts";
import { runProgram, type ProgramResult } from "./run-program.node.ts";
import { UNPACK_WHEEL } from "./unpack-wheel.ts";
import { PYTHON, type Wheel } from "./wheels.ts";

/**
 * A Python that has pip.
 *
 * @throws InputError when there is none
 */
export async function findPython(): Promise<string> {
  let python: string | undefined;
  for (const command of ["python3", "python"]) {
    if ((await runProgram(command, ["-m", "pip", "--version"])).ended === 0) return command;
    if (python === undefined && (await runProgram(command, ["--version"])).ended === 0) python = command;
  }
  const found = python === undefined ? "There is no Python" : `${python} has no pip`;
  throw new InputError(
    `${found}; pip is what fetches TensorFlow. Install it: ${howToInstall("pip")}; or name a folder that has ` +
      "libtensorflow_cc with --from.",
  );
}

/** What {@link fetchWheel} works with. */
interface FetchOptions extends LongWork {
  readonly python: string;
  /** With CUDA's libraries beside it. */
  readonly gpu: boolean;
}

/**
 * Downloads a wheel and unpacks what is needed of it into a folder, as pip would lay it out.
 *
 * @throws InputError when it cannot be had or is not the right one
 */
export async function fetchWheel(wheel: Wheel, folder: string, options: FetchOptions): Promise<void> {
  const { python, gpu, signal, onProgress } = options;
  const downloads = join(folder, "downloads");
  await download([`${wheel.name}==${wheel.version}`], wheel, downloads, options);
  const [file] = await readdir(downloads);
  await checkDigest(wheel, join(downloads, file!), signal);
  await unpack(python, folder, [join(downloads, file!)], options);
  if (gpu) {
    await rm(join(downloads, file!));
    await download(await cudaPackages(folder), wheel, downloads, options);
    const files = await readdir(downloads);
    await unpack(
      python,
      folder,
      files.map((name) => join(downloads, name)),
      options,
    );
  }
  onProgress?.({ task: "unpack TensorFlow", done: 1, total: 1, unit: "step" });
  await rm(downloads, { recursive: true });
}

async function download(
  requirements: readonly string[],
  { platform, bytes = 0 }: Wheel,
  downloads: string,
  { python, signal, onProgress }: FetchOptions,
): Promise<void> {
  const temporary = join(downloads, "..", "pip");
  await mkdir(temporary, { recursive: true });
  // pip shows its progress on a terminal alone: the bytes that have come are counted instead, until it moves the file.
  let most = 0;
  const watch = setInterval(() => {
    void sizeOf(temporary).then((size) => {
      most = Math.max(most, bytes === 0 ? size : Math.min(size, bytes));
      onProgress?.({ task: "download TensorFlow", done: most, total: bytes, unit: "byte" });
    });
  }, 500);
  const platforms = [platform, ...(platform.startsWith("manylinux") ? ["manylinux2014_x86_64", "any"] : [])];
  const args = ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest", downloads];
  for (const each of platforms) args.push("--platform", each);
  args.push("--python-version", PYTHON, "--implementation", "cp", "--abi", abi(), "--abi", "none", ...requirements);
  try {
    const result = await runProgram(python, args, { signal, env: { TMPDIR: temporary, PIP_PROGRESS_BAR: "off" } });
    if (result.ended !== 0) throw new InputError(explainPip(result, requirements));
  } finally {
    clearInterval(watch);
    await rm(temporary, { recursive: true, force: true });
  }
}

function abi(): string {
  return `cp${PYTHON.replace(".", "")}`;
}

/** What pip says, and what to do about it. */
function explainPip({ ended, stderr }: ProgramResult, requirements: readonly string[]): string {
  const what = requirements.length > 1 ? "CUDA's libraries" : requirements[0]!;
  if (/No space left on device|ENOSPC/.test(stderr)) {
    return `The disk filled up while ${what} was downloaded. Make room, or set KWTA_CACHE_DIR to a folder elsewhere.`;
  }
  if (/Temporary failure in name resolution|NewConnectionError|Max retries|timed out|ProxyError/i.test(stderr)) {
    return (
      `pip cannot reach its package index for ${what}. Try again when this machine is online, or name a folder that ` +
      "has libtensorflow_cc with --from."
    );
  }
  const versions = /\(from versions: ([^)]*)\)/.exec(stderr)?.[1];
  if (/No matching distribution/.test(stderr)) {
    const there = versions && versions !== "none" ? `; it has ${versions.split(", ").slice(-6).join(", ")}` : "";
    return `pip's package index has no ${what} for this platform${there}. Ask for another --tensorflow-version.`;
  }
  const last = stderr.match(/^ERROR.*$/gm)?.at(-1) ?? stderr.trim().split("\n").at(-1);
  return `pip cannot download ${what} (${last || `it ended with ${ended}`}). Try again, or use --from.`;
}

async function checkDigest(wheel: Wheel, path: string, signal: AbortSignal | undefined): Promise<void> {
  if (wheel.sha256 === undefined) return;
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, signal })) hash.update(piece as Buffer);
  const found = hash.digest("hex");
  if (found === wheel.sha256) return;
  throw new InputError(
    `What pip downloaded for ${wheel.name} ${wheel.version} has SHA-256 ${found}, not ${wheel.sha256}. ` +
      "The package index or a mirror of it gave another file; use another one.",
  );
}

async function unpack(python: string, folder: string, wheels: readonly string[], work: LongWork): Promise<void> {
  const result = await runProgram(python, ["-", folder, ...wheels], {
    signal: work.signal,
    input: UNPACK_WHEEL,
    onLine(line) {
      const [done, total] = line.split(" ").map(Number);
      if (total) work.onProgress?.({ task: "unpack TensorFlow", done: done!, total, unit: "byte" });
    },
  });
  if (result.ended === 0) return;
  const full = /No space left on device/.test(result.stderr);
  throw new InputError(
    full
      ? `The disk filled up while TensorFlow was unpacked into ${folder}. Make room, or set KWTA_CACHE_DIR.`
      : `The wheel cannot be unpacked: ${result.stderr.trim().split("\n").at(-1)}. Try again with --force.`,
  );
}

/** What TensorFlow's wheel says that it needs for CUDA, as pip takes it. */
async function cudaPackages(folder: string): Promise<string[]> {
  const info = (await readdir(folder)).find((name) => name.endsWith(".dist-info"));
  const metadata = await readFile(join(folder, info!, "METADATA"), "utf8");
  return [...metadata.matchAll(/^Requires-Dist: (nvidia-[^;]+);.*and-cuda/gm)].map(([, text]) => text!.trim());
}

/** Bytes of all files in a folder. */
export async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

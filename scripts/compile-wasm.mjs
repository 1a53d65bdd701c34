// Compiles AssemblyScript to wasm and writes it, in base64, into a TypeScript module:
//   node scripts/compile-wasm.mjs assembly/index.ts src/wasm/_code.ts
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "assemblyscript/asc";

const [entry, output] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "kwta-wasm-"));
try {
  const [plain, relaxedSimd] = [await build(["simd"]), await build(["simd", "relaxed-simd"])];
  await writeFile(output, source({ plain, relaxedSimd }));
} finally {
  await rm(folder, { recursive: true });
}

/** @param {readonly string[]} features */
async function build(features) {
  return { shared: await compile([...features, "threads"], true), unshared: await compile(features, false) };
}

/**
 * @param {readonly string[]} features
 * @param {boolean} shared whether the memory is
 */
async function compile(features, shared) {
  const file = join(folder, `${features.join("-")}.wasm`);
  const memory = shared ? ["--sharedMemory", "--maximumMemory", "65536"] : [];
  const settings = [
    "--outFile",
    file,
    "-O3",
    "--noAssert",
    "--runtime",
    "stub",
    "--importMemory",
    "--initialMemory",
    "1",
  ];
  const enabled = features.flatMap((feature) => ["--enable", feature]);
  const { error, stderr } = await main([entry, ...settings, ...memory, ...enabled]);
  const messages = stderr.toString();
  if (messages) process.stderr.write(messages);
  if (error) throw error;
  const bytes = await readFile(file);
  checkNoData(bytes);
  return bytes.toString("base64");
}

/** The memory belongs to TensorFlow.js: constants of ours would overwrite its own. */
function checkNoData(bytes) {
  const DATA = 11;
  for (let at = 8; at < bytes.length;) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if (id === DATA) throw new Error(`${entry} has data of its own (a string or a static array); it may have none.`);
    at += size;
  }
}

/** @param {object} builds */
function source(builds) {
  return `// Made from ${entry} by scripts/compile-wasm.mjs; not under version control.
interface Build {
  readonly shared: string;
  readonly unshared: string;
}

export const wasmCode: { readonly plain: Build; readonly relaxedSimd: Build } = ${JSON.stringify(builds, null, 2)};
`;
}

import { fileURLToPath } from "node:url";
import { build, defaultClientConditions, type Rolldown } from "vite";
import { expect, test } from "vitest";

/** Marks that only one kind of code has. */
const MARKS = {
  // "\0asm" in base64, which every wasm module begins with.
  wasm: /AGFzbQ/,
  webgpu: /@workgroup_size|WebGPUBackend/,
  webgl: /WEBGL_PACK_DEPTHWISECONV|has no WebGL 2/,
  native: /native-op|node:fs|\.cc"/,
};

type Kind = keyof typeof MARKS;

const IMPORTS: Readonly<Record<string, string>> = {
  cpu: 'import { cpu } from "../src/index.ts";',
  webgl: 'import { webgl } from "../src/index.ts";',
  wasm: 'import { wasm } from "../../backend-wasm/src/index.ts";',
  webgpu: 'import { webgpu } from "../../backend-webgpu/src/index.ts";',
};

const KERNELS = 'import { kwtaKernels } from "../../op/src/kernels/index.ts";';

/** What a bundler makes of a page that starts one backend: all of its code, and the code that is loaded at once. */
async function bundle(
  backend: string,
  withKernels: boolean,
): Promise<{ all: string; atOnce: string; files: string[] }> {
  const entry = fileURLToPath(new URL("page.virtual.ts", import.meta.url));
  const code = `import { startBackend } from "../src/index.ts"; ${IMPORTS[backend]} ${withKernels ? KERNELS : ""}
    await startBackend([${backend}()], { kernels: [${withKernels ? "kwtaKernels" : ""}] });`;
  const result = (await build({
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["@kwta/source", ...defaultClientConditions] },
    plugins: [
      { name: "page", resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? code : null) },
    ],
    build: {
      write: false,
      target: "es2022",
      minify: false,
      modulePreload: false,
      assetsInlineLimit: 0,
      rollupOptions: { input: entry },
    },
  })) as Rolldown.RolldownOutput;
  const chunks = new Map(
    result.output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])),
  );
  const first = [...chunks.values()].find(({ isEntry }) => isEntry)!;
  return {
    all: [...chunks.values()].map((chunk) => chunk.code).join("\n"),
    atOnce: [...withImports(first.fileName, chunks)].map((name) => chunks.get(name)!.code).join("\n"),
    files: result.output.flatMap((file) => (file.type === "asset" ? [file.fileName] : [])),
  };
}

function withImports(name: string, chunks: ReadonlyMap<string, { imports: string[] }>, found = new Set<string>()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const next of chunks.get(name)!.imports) withImports(next, chunks, found);
  return found;
}

function kindsIn(code: string): Kind[] {
  return (Object.keys(MARKS) as Kind[]).filter((kind) => MARKS[kind].test(code));
}

test.each([
  ["cpu", [], 0],
  ["webgl", ["webgl"], 0],
  ["webgpu", ["webgpu"], 0],
  ["wasm", ["wasm"], 2],
])(
  "a page that imports %s alone holds nothing of the others",
  async (backend, kinds, wasmFiles) => {
    const { all, files } = await bundle(backend, false);
    expect(kindsIn(all)).toEqual(kinds);
    expect(files.filter((file) => file.endsWith(".wasm"))).toHaveLength(wasmFiles);
    expect(all).toContain("It computes wrong numbers");
  },
  60_000,
);

test("kernels of k-WTA for other backends are not loaded, and those in C++ are no files of the page", async () => {
  const { all, atOnce, files } = await bundle("cpu", true);
  expect(kindsIn(atOnce)).toEqual([]);
  expect(kindsIn(all)).toEqual(expect.arrayContaining(["wasm", "webgpu"]));
  expect(files).toEqual([]);
}, 60_000);

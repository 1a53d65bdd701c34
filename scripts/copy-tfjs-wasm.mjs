// Copies the wasm files of TensorFlow.js that a page needs from where they are installed:
//   node scripts/copy-tfjs-wasm.mjs wasm
import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const [to] = process.argv.slice(2);
const require = createRequire(join(process.cwd(), "package.json"));
const from = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist");
await mkdir(to, { recursive: true });
for (const name of ["tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"]) {
  await copyFile(join(from, name), join(to, name));
}

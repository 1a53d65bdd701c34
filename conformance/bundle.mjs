// @ts-check
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

/**
 * Bundles TensorFlow.js's tests and our sources around one copy of tfjs-core: its tests are ES modules that Node cannot
 * load, and its packages are built so that Node's `import` would give each kind of file a copy of its own.
 *
 * @returns {Promise<string>} path of a CommonJS file with what `suite.mjs` exports
 */
export async function bundle() {
  const file = fileURLToPath(new URL("dist/suite.cjs", import.meta.url));
  const build = await rolldown({
    input: fileURLToPath(new URL("suite.mjs", import.meta.url)),
    platform: "node",
    external: [/^jasmine/],
    resolve: { conditionNames: ["@kwta/source", "import", "node"], mainFields: ["module", "main"] },
    // The packages say that they have no side effects; registering a test is one.
    treeshake: false,
    onLog() {},
  });
  await build.write({ file, format: "cjs", codeSplitting: false });
  await build.close();
  return file;
}

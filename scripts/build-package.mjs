// Compiles src/ of the package in the current folder to dist/, with declarations: one configuration for every package.
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const base = fileURLToPath(new URL("../tsconfig.base.json", import.meta.url));
const folder = process.cwd();
const isApp = !relative(fileURLToPath(new URL("..", import.meta.url)), folder).startsWith("packages");
const { files, hasNode } = sources(resolve(folder, "src"));
const { options, errors } = ts.convertCompilerOptionsFromJson(
  {
    ...ts.readConfigFile(base, (path) => readFileSync(path, "utf8")).config.compilerOptions,
    // What is published resolves as it will for whoever installs it.
    customConditions: [],
    rootDir: "src",
    outDir: "dist",
    // Node's globals are known only where there are files for Node.
    types: hasNode ? ["node"] : [],
    // Public packages say the types of what they export; programs need not.
    isolatedDeclarations: !isApp,
  },
  folder,
);
const program = ts.createProgram(files, options);
const problems = [...errors, ...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
const unique = ts.sortAndDeduplicateDiagnostics(problems);
if (unique.length > 0) {
  const host = { getCurrentDirectory: () => folder, getCanonicalFileName: (name) => name, getNewLine: () => "\n" };
  process.stderr.write(ts.formatDiagnostics(unique, host));
  process.exitCode = 1;
}

/** @param {string} path */
function sources(path) {
  const found = ts.sys.readDirectory(path, [".ts"]);
  return { files: found, hasNode: isApp || found.some((file) => file.endsWith(".node.ts")) };
}

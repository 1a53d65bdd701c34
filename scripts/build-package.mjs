// Compiles src/ of the package in the current folder to dist/, with declarations: one configuration for every package.
// What is exported says its types, so that each file is compiled by itself; that the types hold is what
// `npm run typecheck` tells.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isolatedDeclarationSync, transformSync } from "oxc-transform";

const isPackage = relative(fileURLToPath(new URL("..", import.meta.url)), process.cwd()).startsWith("packages");
const typescript = { rewriteImportExtensions: "rewrite", onlyRemoveTypeImports: true };

for (const name of readdirSync("src", { recursive: true, encoding: "utf8" })) {
  if (name.endsWith(".ts")) compile(join("src", name), join("dist", name.slice(0, -".ts".length)));
}

/** @param {string} path @param {string} target Without an ending. */
function compile(path, target) {
  const text = readFileSync(path, "utf8");
  const code = transformSync(path, text, { target: "es2022", sourcemap: true, typescript });
  const types = isolatedDeclarationSync(path, text, { sourcemap: true });
  report(code.errors);
  write(`${target}.js`, path, code);
  // A program exports little: what does not say its types is its own affair.
  if (isPackage) report(types.errors);
  if (types.errors.length === 0) write(`${target}.d.ts`, path, types);
}

/** @param {string} target @param {string} path @param {{ code: string, map?: object }} compiled */
function write(target, path, { code, map }) {
  const folder = dirname(resolve(target));
  mkdirSync(folder, { recursive: true });
  writeFileSync(target, `${code}//# sourceMappingURL=${basename(target)}.map\n`);
  // By the name of the file typedoc tells a map that it can follow.
  const own = { file: basename(target), sources: [relative(folder, resolve(path))] };
  writeFileSync(`${target}.map`, JSON.stringify({ ...map, ...own }));
}

/** @param {readonly { codeframe: string | null, message: string }[]} errors */
function report(errors) {
  for (const { codeframe, message } of errors) process.stderr.write(`${codeframe ?? message}\n`);
  if (errors.length > 0) process.exitCode = 1;
}

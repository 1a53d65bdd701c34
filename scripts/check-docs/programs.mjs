import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { transformSync } from "oxc-transform";

/** @typedef {import("./markdown.mjs").Page} Page */
/** @typedef {{ page: Page, name: string, source: string, extension: "ts" | "js" }} Program */

/** The examples of a page, all of them as one program, so that later ones use what earlier ones made. */
const LANGUAGES = new Set(["ts", "js", "run"]);

/** @param {readonly Page[]} pages @returns {Program[]} */
export function programsOf(pages) {
  return pages.flatMap((page) => {
    const parts = page.blocks.filter(({ language }) => LANGUAGES.has(language));
    if (parts.every(({ language }) => language === "run")) return [];
    const extension = parts.some(({ language }) => language === "ts") ? "ts" : "js";
    const source = `${parts.map(({ text }) => text).join("\n")}\nexport {};\n`;
    return [{ page, name: page.path.replaceAll(/[/.]/g, "-"), source, extension }];
  });
}

/**
 * Runs the examples of all pages, each page in a process and an empty folder of its own, and compares what they print with
 * what the page shows. Their types are checked too.
 *
 * @param {string} root
 * @param {readonly Page[]} pages
 * @returns {Promise<string[]>} what is wrong
 */
export async function brokenPrograms(root, pages) {
  const programs = programsOf(pages);
  // Beside the packages that they import.
  const folder = join(root, "docs", ".snippets");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  try {
    for (const { name, source, extension } of programs) writeFileSync(join(folder, `${name}.${extension}`), source);
    const problems = [...programs.flatMap(notInstalled), ...wrongTypes(root, folder)];
    for (const { name, source, extension } of programs) {
      const { code, errors } = transformSync(`${name}.${extension}`, source, {
        typescript: { onlyRemoveTypeImports: false },
      });
      if (errors.length > 0) problems.push(`${name}: ${errors.map(({ message }) => message).join("; ")}`);
      writeFileSync(join(folder, `${name}.mjs`), code);
    }
    return [...problems, ...(await runAll(folder, programs))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder @param {readonly Program[]} programs */
async function runAll(folder, programs) {
  /** @type {string[]} */
  const problems = [];
  const waiting = [...programs];
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        problems.push(...(await run(folder, next)));
      }
    }),
  );
  return problems;
}

/** @param {string} folder @param {Program} program @returns {Promise<string[]>} */
async function run(folder, { page, name, source }) {
  const cwd = mkdtempSync(join(tmpdir(), "kwta-docs-"));
  // A backend that was set up here is not everybody's.
  const env = { ...process.env, NO_COLOR: "1", KWTA_CACHE_DIR: join(cwd, "cache"), KWTA_BACKEND: "wasm" };
  if (!source.includes('from "kwta"')) delete env.KWTA_BACKEND;
  const started = performance.now();
  const child = spawn(process.execPath, [join(folder, `${name}.mjs`)], { cwd, env });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => (stdout += data));
  child.stderr.on("data", (data) => (stderr += data));
  const code = await new Promise((done) => child.on("close", done));
  rmSync(cwd, { recursive: true, force: true });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${page.path}: ${seconds} s`);
  if (code !== 0) return [`${page.path}: its examples end with ${code}:\n${stderr.trim()}`];
  const shown = trimmed(
    page.blocks.flatMap(({ language, text }) => (language === "text" ? [text.trimEnd()] : [])).join("\n"),
  );
  if (trimmed(stdout) === shown) return [];
  return [`${page.path}: its examples print\n${trimmed(stdout)}\nin place of\n${shown}`];
}

/** @param {string} text */
function trimmed(text) {
  return text.trimEnd().replaceAll(/[ \t]+$/gm, "");
}

/** A README installs what its examples import; guides build on the README of `kwta`. @param {Program} program */
function notInstalled({ page, source }) {
  if (basename(page.path) !== "README.md" || dirname(page.path) === ".") return [];
  const installed = new Set(installedBy(page.text));
  const specifiers = [...source.matchAll(/^\s*(?:import|\} from)\b[^"\n]*"([^"]+)"/gm)].map(([, name]) => name ?? "");
  const packages = specifiers
    .filter((name) => !name.startsWith("node:"))
    .map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/"));
  return [...new Set(packages)]
    .filter((name) => !installed.has(name))
    .map((name) => `${page.path}: its examples import ${name}, which it does not install`);
}

/** The packages that a text installs by npm. @param {string} text @returns {string[]} */
export function installedBy(text) {
  const commands = [...text.matchAll(/^npm install(?: -\S+)* (.+)/gm)].map(([, names]) => names ?? "");
  return commands
    .flatMap((names) => names.replace(/ #.*/, "").trim().split(/\s+/))
    .filter((name) => /^[@\w]/.test(name));
}

/** @param {string} root @param {string} folder */
function wrongTypes(root, folder) {
  const settings = {
    extends: "../../tsconfig.base.json",
    compilerOptions: {
      noEmit: true,
      isolatedDeclarations: false,
      declaration: false,
      declarationMap: false,
      // As whoever installs the packages sees them.
      customConditions: [],
      noUnusedLocals: false,
      noUnusedParameters: false,
      types: ["node"],
    },
    include: ["*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  const { status, stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], {
    cwd: root,
    encoding: "utf8",
  });
  return status === 0 ? [] : stdout.trim().split("\n");
}

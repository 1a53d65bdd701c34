import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format } from "node:util";
import { expect, test, vi } from "vitest";

/** One fenced block of a README. */
interface Block {
  readonly language: string;
  readonly text: string;
}

/**
 * Runs the examples of the README of the package whose test this is, all of them as one program: it must print what the
 * README shows, and the README must install every package that it imports.
 */
export function testReadme(testUrl: string): void {
  const folder = dirname(dirname(fileURLToPath(testUrl)));
  test(`README of ${basename(folder)}: its examples print what it shows, with the packages that it installs`, async () => {
    const blocks = blocksOf(await readFile(join(folder, "README.md"), "utf8"));
    const program = programOf(blocks);
    expect(installedBy(blocks)).toEqual(expect.arrayContaining(importsOf(program)));
    const lines = await run(program, folder);
    expect(lines.map(trimEnds).join("\n")).toBe(shownBy(blocks).map(trimEnds).join("\n"));
  });
}

function blocksOf(markdown: string): Block[] {
  const fences = markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, language, text]) => ({ language: language!, text: text! }));
}

function programOf(blocks: readonly Block[]): string {
  const parts = blocks.filter(({ language }) => language === "ts" || language === "js");
  return `${parts.map(({ text }) => text).join("\n")}\nexport {};\n`;
}

function shownBy(blocks: readonly Block[]): string[] {
  return blocks.filter(({ language }) => language === "text").flatMap(({ text }) => text.trimEnd().split("\n"));
}

function installedBy(blocks: readonly Block[]): string[] {
  const commands = blocks.flatMap(({ text }) => [...text.matchAll(/npm install(?: -\S+)* (.+)/g)]);
  return commands.flatMap(([, names]) => names!.trim().split(/\s+/));
}

/** The packages, without subpaths and without Node's own. */
function importsOf(program: string): string[] {
  const specifiers = [...program.matchAll(/^\s*(?:import|\} from)\b[^"\n]*"([^"]+)"/gm)].map(([, name]) => name!);
  const packages = specifiers.filter((name) => !name.startsWith("node:"));
  return [...new Set(packages.map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/")))];
}

/** What the program prints; it runs in the package's folder, so that it imports what the package would. */
async function run(program: string, folder: string): Promise<string[]> {
  const file = join(folder, "test", ".readme-example.ts");
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await writeFile(file, program);
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
    return log.mock.calls.flatMap((args) => format(...args).split("\n"));
  } finally {
    log.mockRestore();
    await rm(file, { force: true });
  }
}

function trimEnds(line: string): string {
  return line.trimEnd();
}

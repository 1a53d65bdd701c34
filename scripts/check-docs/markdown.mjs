import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ language: string, text: string, line: number }} Block */
/** @typedef {{ path: string, text: string, blocks: Block[] }} Page */

/** Every text for readers that is under version control, or is about to be. @param {string} root @returns {Page[]} */
export function readPages(root) {
  const list = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", "*.md"], {
    cwd: root,
    encoding: "utf8",
  });
  const paths = list.split("\n").filter((path) => path !== "" && !path.startsWith(".changeset/"));
  return paths.map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return { path, text, blocks: blocksOf(text) };
  });
}

/**
 * Fenced blocks, and what `<!-- run` hides from readers: what makes the files that a program of theirs would have.
 *
 * @param {string} text
 * @returns {Block[]}
 */
function blocksOf(text) {
  const found = text.matchAll(/^(?:```|<!-- )(\w*)[^\n]*\n([\s\S]*?)^(?:```|-->)$/gm);
  return [...found].map(([, language, inside], i, all) => ({
    language: language ?? "",
    text: inside ?? "",
    line: text.slice(0, text.indexOf(all.length > 0 ? (inside ?? "") : "")).split("\n").length,
  }));
}

/** The text without its code, in which links are not links. @param {string} text */
export function prose(text) {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/`[^`\n]+`/g, "");
}

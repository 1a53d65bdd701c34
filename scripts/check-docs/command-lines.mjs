import { COMMANDS } from "../../apps/cli/dist/commands/index.js";

/**
 * Command lines of kwta that name a command, action or option that is not there, or leave out an argument.
 *
 * @param {readonly import("./markdown.mjs").Page[]} pages
 * @returns {string[]}
 */
export function brokenCommandLines(pages) {
  return pages.flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language }) => language === "sh" || language === "yaml" || language === "console")
      .flatMap(({ text }) => commandLines(text))
      .flatMap((line) => problemOf(line).map((problem) => `${path}: ${line}\n  ${problem}`)),
  );
}

/** @param {string} text */
function commandLines(text) {
  return text
    .replaceAll("\\\n", " ")
    .split(/\n|&&/)
    .map((line) => line.replace(/ #.*| [>|] .*/, "").trim())
    .map((line) =>
      line
        .replace(/^(?:- run: |\$ )?(?:npx )?kwta /, "kwta ")
        .replace(/^npm run quickstart(?: --)?/, "kwta quickstart"),
    )
    .filter((line) => line.startsWith("kwta "));
}

/** @param {string} line @returns {string[]} */
function problemOf(line) {
  const [, name = "", ...words] = [...line.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)].map(([all, a, b]) => a ?? b ?? all);
  if (name.startsWith("-")) return [];
  if (!Object.hasOwn(COMMANDS, name)) return [`kwta has no command ${name}`];
  if (words.includes("--help")) return [];
  try {
    COMMANDS[name]?.check(words);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

// Holds README, guides and docs against the packages as they are built: every link leads somewhere, every command line of kwta
// can be typed, every exported symbol has a docstring, every example has its types right and prints what the page shows. Names of pages may be given: check-docs train
import { fileURLToPath } from "node:url";
import { brokenCommandLines } from "./check-docs/command-lines.mjs";
import { brokenLinks } from "./check-docs/links.mjs";
import { readPages } from "./check-docs/markdown.mjs";
import { brokenPrograms } from "./check-docs/programs.mjs";
import { undocumented } from "./check-docs/undocumented.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const names = process.argv.slice(2);
const all = readPages(root);
/** @param {string} path */
const isNamed = (path) => names.some((name) => path === name || (name.endsWith(".md") ? false : path.includes(name)));
const pages = names.length === 0 ? all : all.filter(({ path }) => isNamed(path));
const problems = [
  ...undocumented(root),
  ...brokenLinks(root, pages),
  ...brokenCommandLines(pages),
  ...(await brokenPrograms(root, pages)),
];
for (const problem of problems) console.error(problem);
console.log(`${pages.length} pages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

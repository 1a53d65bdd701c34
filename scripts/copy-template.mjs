// copy-template.mjs FROM TO: puts a copy of an example package in the place of another folder, as it is outside of this
// workspace: with versions where the workspace has links and a catalog, and without what was built or installed.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const [from, to] = process.argv.slice(2);
const root = fileURLToPath(new URL("..", import.meta.url));
const { catalog, catalogs } = parse(readFileSync(join(root, "pnpm-workspace.yaml"), "utf8"));

/** @param {string} name @param {string} range */
function version(name, range) {
  if (range.startsWith("catalog:")) return (catalogs?.[range.slice("catalog:".length)] ?? catalog)[name];
  if (!range.startsWith("workspace:")) return range;
  const folder = name.replace("@kwta/", "");
  return `^${JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8")).version}`;
}

/** @param {Record<string, string>} ranges */
const versions = (ranges) =>
  Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, version(name, range)]));

rmSync(to, { recursive: true, force: true });
const left = new Set(["dist", "node_modules", ".turbo"]);
cpSync(from, to, { recursive: true, filter: (path) => !left.has(basename(path)) || path === from });
const path = join(to, "package.json");
const { private: _, ...json } = JSON.parse(readFileSync(path, "utf8"));
delete json.exports["./attacks"]["@kwta/source"];
json.scripts = { ...json.scripts, test: "vitest run" };
json.devDependencies = { ...versions(json.devDependencies), vitest: catalog.vitest };
json.peerDependencies = versions(json.peerDependencies);
rmSync(path);
// Within another package a package.json would make it one.
writeFileSync(join(to, "template.json"), `${JSON.stringify(json, null, 2)}\n`);

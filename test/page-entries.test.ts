import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, defaultClientConditions, type Plugin } from "vite";
import { expect, test } from "vitest";

// What a page gets that imports a package: it must hold nothing of Node.
const root = fileURLToPath(new URL("..", import.meta.url));

/** Packages that are for Node alone, and why. */
const NODE_ONLY: Readonly<Record<string, string>> = {
  "backend-tensorflow": "TensorFlow's library is native code",
  queue: "it talks to Redis, and starts processes",
  sweep: "its jobs are processes",
};

interface Conditions {
  readonly [condition: string]: string | Conditions;
}

const entries = [...readdirSync(join(root, "packages")).map((name) => join("packages", name)), join("apps", "cli")]
  .filter((folder) => NODE_ONLY[folder.split("/").at(-1)!] === undefined)
  .map((folder): [string, string] => [folder, join(root, folder, sourceOf(folder))]);

test.each(entries)("%s can be bundled for a page, and asks for nothing of Node", async (_folder, entry) => {
  const asked: string[] = [];
  const watch: Plugin = {
    name: "watch",
    enforce: "pre",
    resolveId(id, importer) {
      if (/^node:|\.node\.ts$/.test(id)) asked.push(`${id} in ${importer}`);
      return undefined;
    },
  };
  await build({
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["@kwta/source", ...defaultClientConditions] },
    worker: { format: "es" },
    plugins: [watch],
    build: { write: false, minify: false, target: "esnext", rollupOptions: { input: entry } },
  });
  expect(asked).toEqual([]);
});

function sourceOf(folder: string): string {
  const { exports } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as { exports: Conditions };
  const main = exports["."] as Conditions;
  return ((main["default"] as Conditions)["@kwta/source"] ?? main["@kwta/source"]) as string;
}

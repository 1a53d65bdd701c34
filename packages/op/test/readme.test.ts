import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { testReadme } from "../../../test/readme-example.ts";
import { activationLayer, parseActivation } from "../src/index.ts";

testReadme(import.meta.url);

function textOf(failing: () => unknown): string {
  try {
    return String(failing());
  } catch (error) {
    return (error as Error).message;
  }
}

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the README's table lists every activation that can be read, and the layer that it becomes", () => {
  const rows = [...readme.matchAll(/^\| `([^`]+)` +\| (?:`|TensorFlow.js's own `)(\w+)/gm)];
  const listed = rows.map(([, spec, name]) => [parseActivation(spec!).kind, name]);
  expect(rows.map(([, spec]) => activationLayer(spec!).getClassName())).toEqual(listed.map(([, name]) => name));
  const known = textOf(() => parseActivation("?"))
    .replace(/\[[^\]]*\]| \([^)]*\)/g, "")
    .match(/Known: (.*)\.$/)![1]!
    .split(", ")
    .map((spec) => spec.split(":")[0]);
  expect(new Set(listed.map(([kind]) => kind))).toEqual(new Set(known));
});

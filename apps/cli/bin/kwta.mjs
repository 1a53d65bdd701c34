#!/usr/bin/env node
import { existsSync } from "node:fs";

// Checked in, because package managers link this file before anything is built.
const main = new URL("../dist/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error("kwta has not been built yet. Run `npm run build` in the root of the repository, then try again.");
  process.exitCode = 2;
}

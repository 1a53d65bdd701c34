// Begins a new attack, norm, activation, model, dataset, method or figure: npm run new attack my-attack
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KINDS } from "./new/kinds.mjs";
import { makeNew } from "./new/make.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [kind, name, ...rest] = process.argv.slice(2);
if (kind === undefined || name === undefined || rest.length > 0) {
  console.error(`Usage: npm run new KIND NAME, with one of the kinds ${Object.keys(KINDS).join(", ")}.`);
  process.exit(2);
}
try {
  const { files, lists, next } = makeNew(root, kind, name);
  spawnSync(join(root, "node_modules", ".bin", "oxfmt"), [...files, ...lists], {
    cwd: root,
    shell: process.platform === "win32",
  });
  console.log(`Written: ${files.join(", ")}`);
  console.log(`Its lines are in ${lists.join(", ")}`);
  console.log(`Next: ${next}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}

// Checks every published package as npm would get it: its fields and files (publint), and the types that each import finds (attw).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = [...readdirSync(join(root, "packages")).map((name) => join("packages", name)), join("apps", "cli")];
const scratch = mkdtempSync(join(tmpdir(), "kwta-packages-"));
let failed = 0;
try {
  for (const folder of folders) {
    const { name, exports } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const isRight = check(folder, "publint", ["--strict"]) && (exports === undefined || checkTypes(folder));
    console.log(`${name}: ${isRight ? "ok" : "FAILED"}`);
    if (!isRight) failed += 1;
  }
} finally {
  rmSync(scratch, { recursive: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/** @param {string} folder */
function checkTypes(folder) {
  const to = join(scratch, folder);
  if (!check(folder, "pnpm", ["pack", "--pack-destination", to])) return false;
  return check(folder, "attw", ["--profile", "esm-only", join(to, readdirSync(to)[0])]);
}

/**
 * @param {string} folder
 * @param {string} command
 * @param {readonly string[]} args
 */
function check(folder, command, args) {
  const bin = join(root, "node_modules", ".bin");
  const result = spawnSync(join(bin, command), args, { cwd: join(root, folder), encoding: "utf8" });
  if (result.status !== 0) console.error(`${result.stdout}${result.stderr}`);
  return result.status === 0;
}

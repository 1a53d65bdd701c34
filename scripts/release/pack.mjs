import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ name: string, folder: string, tarball: string, bytes: number }} Packed */

/**
 * Runs a program to its end.
 *
 * @param {string} root of the repository, whose tools are found first
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {string} what it printed
 * @throws Error with all that it printed where it fails
 */
export function run(root, command, args, cwd) {
  const path = `${join(root, "node_modules", ".bin")}:${process.env.PATH}`;
  const env = { ...process.env, PATH: path, KWTA_BACKEND: "wasm", NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** The folders of all that is published. @param {string} root */
export function publishedFolders(root) {
  return [...readdirSync(join(root, "packages")).map((name) => join("packages", name)), join("apps", "cli")];
}

/**
 * Packs every package as npm would get it.
 *
 * @param {string} root
 * @param {string} to a new folder
 * @returns {Packed[]}
 */
export function packAll(root, to) {
  mkdirSync(to);
  return publishedFolders(root).map((folder) => {
    const { name } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const before = new Set(readdirSync(to));
    run(root, "pnpm", ["pack", "--pack-destination", to], join(root, folder));
    const file = readdirSync(to).find((each) => !before.has(each));
    if (file === undefined) throw new Error(`${name} was not packed.`);
    return { name, folder, tarball: join(to, file), bytes: readFileSync(join(to, file)).length };
  });
}

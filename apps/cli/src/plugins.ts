import type { AttackLike } from "@kwta/attacks";
import { InputError, readJson, show } from "@kwta/core";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { importFile } from "./import-file.ts";

/**
 * The attacks of a package (its subpath `./attacks`, found from the working directory, or in the folder of that name) or of a
 * JavaScript or TypeScript file.
 *
 * @throws InputError when it cannot be loaded, or exports no attacks
 */
export async function loadPlugin(name: string): Promise<readonly AttackLike[]> {
  const { checkAttack } = await import("@kwta/attacks");
  const module = (await importPlugin(name)) as { attacks?: unknown; default?: unknown };
  const found = module.attacks ?? module.default;
  const list: unknown[] = Array.isArray(found) ? found : found === undefined ? [] : [found];
  if (list.length === 0) {
    throw new InputError(
      `The plugin ${show(name)} exports no attacks. It should export "attacks", a list of defineAttack(...).`,
    );
  }
  return list.map((attack) => checked(attack, checkAttack));
}

// The parameter's type is written out, because assertion functions are only recognised that way.
function checked(attack: unknown, check: (value: unknown) => asserts value is AttackLike): AttackLike {
  check(attack);
  return attack;
}

async function importPlugin(name: string): Promise<unknown> {
  const file = resolve(name);
  if (/\.m?[jt]s$/.test(name) && existsSync(file)) return importFile(file, "plugin");
  try {
    const own = join(file, "package.json");
    const isFolder = /^\.{0,2}[\\/]/.test(name) && existsSync(own);
    const base = isFolder ? own : join(process.cwd(), "package.json");
    const packageName = isFolder ? ((await readJson(own)) as { name: string }).name : name;
    const found = createRequire(pathToFileURL(base)).resolve(`${packageName}/attacks`);
    return await import(pathToFileURL(found).href);
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    throw new InputError(
      `The plugin ${show(name)} cannot be loaded: ${reason}. Install and build the package, or name a .js file.`,
    );
  }
}

import { spawnSync } from "node:child_process";
import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ATTACKS, COMBINATORS } from "@kwta/attacks";
import { expect, test } from "vitest";
import { built, emptyFolder, kwta, kwtaHere } from "./kwta.ts";

const unbuilt = built ? "" : " (skipped: run `npm run build` first)";
const workspace = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const TEMPLATE = workspace("examples/attack-template");

test("lists every attack, and tells what one takes", async () => {
  const cwd = await emptyFolder();
  const list = JSON.parse((await kwtaHere(cwd, ["attacks", "list", "--json"])).stdout) as Record<
    string,
    { id: string }[]
  >;
  expect(list["attacks"]!.map(({ id }) => id)).toEqual(ATTACKS.map(({ id }) => id));
  expect(list["combinators"]!.map(({ id }) => id)).toEqual(COMBINATORS.map(({ id }) => id));
  const info = (await kwtaHere(cwd, ["attacks", "info", "pgd"])).stdout;
  expect(info).toMatch(/^kwta\/pgd \d/);
  expect(info).toMatch(/sees +gradients of the model/);
  expect(info.replaceAll(/\s+/g, " ")).toMatch(/steps=\d+ .*Takes a whole number of at least 1/);
  const refused = await kwtaHere(cwd, ["attacks", "info", "pgdx"]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/Unknown attack "pgdx". Known: pgd/)]);
});

test.skipIf(!built)(
  `a package begun with kwta attacks new compiles and keeps the contract; one that breaks it is told${unbuilt}`,
  { timeout: 120_000 },
  async () => {
    const cwd = await emptyFolder();
    const created = await kwta(cwd, ["attacks", "new", "my-attack"]);
    expect([created.code, created.stderr]).toEqual([0, ""]);
    const own = join(cwd, "kwta-attack-my-attack");
    const again = await kwta(cwd, ["attacks", "new", "my-attack"]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/already holds a package/)]);
    expect(await readFile(join(own, "src/my-attack.ts"), "utf8")).toContain("export const myAttack:");
    // What npm install would bring.
    await symlink(join(TEMPLATE, "node_modules"), join(own, "node_modules"));
    const { status, stdout } = spawnSync(join(TEMPLATE, "node_modules/.bin/tsc"), { cwd: own, encoding: "utf8" });
    expect([status, stdout]).toEqual([0, ""]);

    const tested = await kwta(cwd, ["attacks", "test", "./kwta-attack-my-attack", "--attack", "my-attack:steps=120"]);
    expect(tested.stdout).not.toContain("FAIL");
    expect([tested.code, tested.stdout]).toEqual([0, expect.stringMatching(/(\d+) of \1 tests passed/)]);

    const source = await readFile(join(own, "dist/my-attack.js"), "utf8");
    await cp(own, join(cwd, "broken"), { recursive: true });
    await writeFile(join(cwd, "broken/dist/my-attack.js"), source.replace("geometry.project(", "((p) => p)("));
    const broken = await kwta(cwd, ["attacks", "test", "./broken", "--attack", "my-attack:steps=120"]);
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringMatching(/\d+ of \d+ tests passed/)]);
    expect(broken.stdout).toMatch(/FAIL  own\/my-attack in linf/);
  },
);

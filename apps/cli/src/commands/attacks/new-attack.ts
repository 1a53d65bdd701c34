import { InputError, show, withFolder, writeFileAtomic } from "@kwta/core";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { command } from "../../command.ts";

/** Where `npm run build` puts `examples/attack-template`: it travels with the command. */
const TEMPLATE = fileURLToPath(new URL("../../../dist/attack-template", import.meta.url));

/** `kwta attacks new`: a package with one attack, its test and its README, to begin with. */
export const newAttack = command({
  name: "attacks new",
  description: "Begin a package with one attack, its test and its README.",
  args: {
    name: { type: "positional", description: "Name of your attack, such as my-attack.", required: true },
    out: { type: "string", description: "Folder of the package. Default: kwta-attack-NAME.", valueHint: "folder" },
  },
  async run(args, terminal) {
    const { name } = args;
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
      throw new InputError(`The name ${show(name)} cannot be used. Write small letters, digits and dashes: my-attack.`);
    }
    const out = args.out ?? `kwta-attack-${name}`;
    if (existsSync(join(out, "package.json"))) {
      throw new InputError(`${show(out)} already holds a package. Name another folder with --out.`);
    }
    if (!existsSync(TEMPLATE)) throw new InputError("The template has not been built. Run `npm run build` first.");
    const files = await readdir(TEMPLATE, { recursive: true, withFileTypes: true });
    const written: string[] = [];
    await withFolder(out, async () => {
      for (const file of files.filter((each) => each.isFile())) {
        const path = join(file.parentPath, file.name);
        const target = renamed(relative(TEMPLATE, path), name);
        await writeFileAtomic(join(out, target), renamed(await readFile(path, "utf8"), name));
        written.push(target);
      }
    });
    terminal.say(`A package with the attack ${name} is in ${out}: ${written.sort().join(", ")}.`);
    terminal.say(`Write src/${name}.ts, then: cd ${out} && npm install && npm test`);
    terminal.say(`Hold it against the contract: kwta attacks test ./${out}`);
    terminal.result({ name, folder: out, files: written });
  },
});

/** The template's attack is called random-signs, its owner template; its package.json has another name there. */
function renamed(text: string, name: string): string {
  if (text === "template.json") return "package.json";
  const camel = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return text
    .replaceAll("kwta-attack-template", `kwta-attack-${name}`)
    .replaceAll("template/random-signs", `own/${name}`)
    .replaceAll("random-signs", name)
    .replaceAll("randomSigns", camel);
}

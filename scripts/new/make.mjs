import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { KINDS } from "./kinds.mjs";

/**
 * Begins a new thing: its files, and its lines in the lists of its room. Writes nothing unless all of it can be written.
 *
 * @param {string} root of the repository
 * @param {string} kindName
 * @param {string} name
 * @returns {{ files: string[], lists: string[], next: string }}
 * @throws Error with a sentence for people
 */
export function makeNew(root, kindName, name) {
  const kinds = Object.keys(KINDS).join(", ");
  const kind = Object.hasOwn(KINDS, kindName) ? KINDS[kindName] : undefined;
  if (kind === undefined) throw new Error(`There is no kind ${JSON.stringify(kindName)}. Say one of: ${kinds}.`);
  if (!kind.takes.test(name)) {
    throw new Error(
      `The name ${JSON.stringify(name)} cannot be used for a new ${kindName}: it must match ${String(kind.takes)}.`,
    );
  }
  const renamed = (/** @type {string} */ text) => {
    return kind.rename(name).reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
  };
  /** @type {Map<string, string>} */
  const written = new Map();
  for (const from of kind.copy) {
    const to = target(kindName, from, name, renamed);
    if (existsSync(join(root, to))) throw new Error(`${to} is there already. Choose another name.`);
    written.set(to, renamed(readFileSync(join(root, from), "utf8")));
  }
  const files = [...written.keys()];
  for (const [list, fragments] of Object.entries(kind.repeat)) {
    const text = fragments.reduce(
      (changed, fragment) => {
        if (!changed.includes(fragment))
          throw new Error(`${list} has changed; scripts/new/kinds.mjs looks for ${JSON.stringify(fragment)}.`);
        return changed.replace(fragment, () => fragment + renamed(fragment));
      },
      readFileSync(join(root, list), "utf8"),
    );
    written.set(list, text);
  }
  for (const [path, text] of written) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { files, lists: Object.keys(kind.repeat), next: kind.next };
}

/** @param {string} kindName @param {string} from @param {string} name @param {(text: string) => string} renamed */
function target(kindName, from, name, renamed) {
  return kindName === "dataset" ? `packages/datasets/src/${name}/${name}.ts` : renamed(from);
}

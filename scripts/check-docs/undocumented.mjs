import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * What packages export and no docstring stands above.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function undocumented(root) {
  const folders = [...readdirSync(join(root, "packages")).map((name) => join("packages", name)), join("apps", "cli")];
  const entries = folders.flatMap((folder) => entriesOf(root, folder));
  return [...new Set(entries.flatMap((path) => symbolsOf(root, path)))]
    .filter(([file, name]) => !isDocumented(readFileSync(join(root, file), "utf8"), name))
    .map(([file, name]) => `${file}: ${name} is exported and has no docstring`);
}

/** The sources of all that `exports` of a package names. @param {string} root @param {string} folder */
function entriesOf(root, folder) {
  const { exports = {} } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const sources = [...JSON.stringify(exports).matchAll(/"@kwta\/source":"([^"]+)"/g)].map(([, path]) => path ?? "");
  return [...new Set(sources)].map((path) => join(folder, path));
}

/**
 * Where each symbol that a file passes on is declared; a file that declares them itself is its own list.
 *
 * @param {string} root
 * @param {string} path
 * @returns {(readonly [file: string, name: string])[]}
 */
function symbolsOf(root, path) {
  const text = readFileSync(join(root, path), "utf8");
  const relative = (/** @type {string} */ from) => join(dirname(path), from);
  const named = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from "(\.[^"]+)";/gm)].flatMap(([, names, from]) =>
    (names ?? "")
      .split(",")
      .map((name) =>
        name
          .trim()
          .replace(/^type /, "")
          .replace(/ as .*/, ""),
      )
      .filter((name) => name !== "")
      .flatMap((name) => declaredIn(root, relative(from ?? ""), name)),
  );
  const whole = [...text.matchAll(/^export \* from "(\.[^"]+)";/gm)].flatMap(([, from]) =>
    symbolsOf(root, relative(from ?? "")),
  );
  const own = [...text.matchAll(DECLARED)].map(([, name]) => /** @type {const} */ ([path, name ?? ""]));
  return [...named, ...whole, ...own];
}

/** @param {string} root @param {string} path @param {string} name @returns {(readonly [string, string])[]} */
function declaredIn(root, path, name) {
  if (!existsSync(join(root, path))) return [];
  const passedOn = symbolsOf(root, path).filter(([, each]) => each === name);
  return passedOn.length > 0 ? passedOn : [];
}

const DECLARED = /^export (?:declare |abstract |async )*(?:function\*?|const|class|interface|type|enum) (\w+)/gm;

/** Of overloads the first has it. @param {string} text @param {string} name */
function isDocumented(text, name) {
  const declared = [...text.matchAll(DECLARED)].find(([, each]) => each === name);
  if (declared === undefined) return true;
  const before = text.slice(0, declared.index).replace(/(?:\/\/[^\n]*\n\s*)+$/, "");
  return before.trimEnd().endsWith("*/");
}
